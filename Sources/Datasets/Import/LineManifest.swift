import Foundation
import Synchronization

/// `manifest.jsonl` in a folder of results: a line of JSON for each, written as soon as the result is whole, so that work that is
/// cut off goes on where it stopped. Any thread.
public final class LineManifest<Entry: Codable & Sendable>: Sendable {
    private let path: String
    private let key: @Sendable (Entry) -> String?
    private let known: Mutex<[String: Entry]>

    /// Makes the folder and reads the manifest in it, if there is one. Lines that make no sense, such as the last one of work that
    /// was cut off, count as not there.
    ///
    /// - Parameter key: what an entry goes by; those without aren't kept.
    /// - Throws: ``DatasetError/cannotWrite(path:reason:)``.
    public init(folder: String, key: @escaping @Sendable (Entry) -> String?) throws(DatasetError) {
        path = folder + "/manifest.jsonl"
        self.key = key
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw .cannotWrite(path: folder, reason: error.localizedDescription)
        }
        var entries: [String: Entry] = [:]
        let decoder = JSONDecoder()
        for line in (FileManager.default.contents(atPath: path) ?? Data()).split(separator: UInt8(ascii: "\n")) {
            guard let entry = try? decoder.decode(Entry.self, from: Data(line)), let key = key(entry) else { continue }
            entries[key] = entry
        }
        known = Mutex(entries)
        try save()
    }

    /// The latest entry of a key.
    public subscript(key: String) -> Entry? { known.withLock { $0[key] } }

    /// Any entry that fulfils a condition.
    public func first(where isWanted: (Entry) -> Bool) -> Entry? {
        known.withLock { $0.values.first(where: isWanted) }
    }

    /// Adds a line.
    ///
    /// - Throws: ``DatasetError/cannotWrite(path:reason:)``.
    public func append(_ entry: Entry) throws(DatasetError) {
        guard let key = key(entry) else { return }
        let line = try line(entry)
        let failure = known.withLock { known -> String? in
            known[key] = entry
            guard let handle = FileHandle(forWritingAtPath: path) else { return "it cannot be opened" }
            do {
                try handle.seekToEnd()
                try handle.write(contentsOf: line)
                try handle.close()
                return nil
            } catch { return error.localizedDescription }
        }
        if let failure { throw .cannotWrite(path: path, reason: failure) }
    }

    /// Writes all lines anew, one for each key, in order.
    ///
    /// - Throws: ``DatasetError/cannotWrite(path:reason:)``.
    public func save() throws(DatasetError) {
        let entries = known.withLock { $0.sorted { $0.key < $1.key }.map(\.value) }
        var data = Data()
        for entry in entries { data += try line(entry) }
        do {
            try data.write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw .cannotWrite(path: path, reason: error.localizedDescription)
        }
    }

    private func line(_ entry: Entry) throws(DatasetError) -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return try encoder.encode(entry) + Data("\n".utf8)
        } catch {
            throw .cannotWrite(path: path, reason: error.localizedDescription)
        }
    }
}
