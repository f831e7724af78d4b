import ArgumentParser
import Datasets

struct Dataset: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Create, inspect and check datasets.",
        discussion: "See docs/datasets.md for layouts and file formats.",
        subcommands: [
            DatasetStats.self, DatasetShow.self, DatasetImporter.self, DatasetRender.self, DatasetFollowing.self,
        ])
}

extension ParsableCommand {
    /// - Throws: `ValidationError` unless `split` is the name of a split.
    static func checkSplit(_ split: String) throws {
        guard DatasetFolder.Split(rawValue: split) == nil else { return }
        throw ValidationError("--split must be one of \(DatasetFolder.Split.choices).")
    }
}
