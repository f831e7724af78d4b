import Foundation

/// Writes whole files that are there complete or not at all.
enum OutputFile {
    static func write(_ data: Data, to path: String) throws(MusicError) {
        do {
            try data.write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw .cannotWrite(path: path, reason: error.localizedDescription)
        }
    }
}

/// A number that prints with six decimals, without a locale and much faster than a format string.
struct Decimal6: CustomStringConvertible {
    private let value: Double

    init(_ value: Double) {
        self.value = value
    }

    var description: String {
        guard value.isFinite, abs(value) < 1e12 else { return "0.000000" }
        let micro = Int((abs(value) * 1e6).rounded())
        let fraction = String(micro % 1_000_000)
        let padding = String(repeating: "0", count: 6 - fraction.count)
        return (value < 0 && micro > 0 ? "-" : "") + "\(micro / 1_000_000).\(padding)\(fraction)"
    }
}

/// Reads whole files and says in a sentence why it cannot.
enum InputFile {
    static func read(_ path: String) throws(MusicError) -> Data {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            throw .missingFile(path: path)
        }
        guard !isDirectory.boolValue else { throw .unreadableFile(path: path, reason: "it is a directory") }
        guard FileManager.default.isReadableFile(atPath: path) else {
            throw .unreadableFile(path: path, reason: "permission denied")
        }
        do {
            return try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
        } catch {
            throw .unreadableFile(path: path, reason: error.localizedDescription)
        }
    }
}
