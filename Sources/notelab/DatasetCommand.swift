import ArgumentParser

struct Dataset: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make datasets, look at them and check them.",
        discussion: "docs/datasets.md explains layouts and formats.",
        subcommands: [
            DatasetStats.self, DatasetShow.self, DatasetImporter.self, DatasetRender.self, DatasetFollowing.self,
        ])
}
