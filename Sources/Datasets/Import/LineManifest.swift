import Foundation
import Synchronization

/// `manifest.jsonl` in a folder of results: one line of JSON per result, written when the result is complete, so that
/// interrupted work can resume. Thread-safe.
public final class LineManifest<Entry: Codable & Sendable>: Sendable {
    private let path: String
    private let key: @Sendable (Entry) -> String?
    private let known: Mutex<[String: Entry]>

    /// Creates the folder and reads its manifest, if there is one. Invalid lines, such as the last line of interrupted
    /// work, are ignored.
    ///
    /// - Parameter key: the key of an entry; entries without one are not kept.
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

    /// The latest entry with a key.
    public subscript(key: String) -> Entry? { known.withLock { $0[key] } }

    /// Any entry that satisfies a condition.
    public func first(where predicate: (Entry) -> Bool) -> Entry? {
        known.withLock { $0.values.first(where: predicate) }
    }

    /// Appends a line.
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

    /// Rewrites the manifest with one line per key, in order.
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
