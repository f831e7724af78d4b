import ArgumentParser
import Foundation
import Music
import Sound
import Terminal

/// What commands print, and how they encode it.
extension ParsableCommand {
    /// Writes text and a newline to standard output. Throws an error that ends the command quietly if the reader is
    /// gone.
    static func emit(_ text: String) throws {
        try Descriptor.write(Array((text + "\n").utf8), to: STDOUT_FILENO, operation: "write to standard output")
    }

    /// Writes a message to standard error.
    static func log(_ line: String) {
        FileHandle.standardError.write(Data("notelab: \(line)\n".utf8))
    }

    /// Encodes a value as one line of JSON.
    static func line(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// Encodes a value as indented JSON.
    static func pretty(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}

/// Checks before a long run whether its result can be written.
enum OutputCheck {
    /// - Throws: `SoundError.cannotWrite` if `path` is a folder, or is in a folder that is missing or not writable.
    static func check(_ path: String) throws(SoundError) {
        if let reason = OutputFile.obstacle(at: path) { throw .cannotWrite(path: path, reason: reason) }
    }
}
