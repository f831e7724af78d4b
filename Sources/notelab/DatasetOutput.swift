import ArgumentParser
import Datasets
import Foundation
import Terminal

/// What the commands on datasets share.
extension ParsableCommand {
    /// Writes text and a line feed to standard output.
    static func output(_ text: String) throws {
        try Descriptor.write(Array((text + "\n").utf8), to: STDOUT_FILENO, operation: "write to standard output")
    }

    /// A value as indented JSON.
    static func pretty(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    static func checkSplit(_ split: String) throws {
        guard DatasetFolder.Split(rawValue: split) == nil else { return }
        throw ValidationError("--split is one of \(DatasetFolder.Split.choices).")
    }
}
