import Foundation
import Synchronization

/// `manifest.jsonl` in a folder of imported recordings: a line of JSON for each, written as soon as the recording is
/// whole, so that an import that is cut off goes on where it stopped. Any thread.
final class ImportManifest: Sendable {
    static let name = "manifest.jsonl"
    private let path: String
    private let folder: String
    private let lines: Mutex<[String: RecordingReport]>

    /// Reads the manifest of `folder`, if there is one. Lines that make no sense, such as the last one of an import that
    /// was cut off, count as not there. Makes the folder.
    ///
    /// - Throws: ``DatasetError/cannotWrite(path:reason:)``.
    init(folder: String) throws(DatasetError) {
        self.folder = folder
        path = folder + "/" + Self.name
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw .cannotWrite(path: folder, reason: error.localizedDescription)
        }
        var known: [String: RecordingReport] = [:]
        let decoder = JSONDecoder()
        for line in (FileManager.default.contents(atPath: path) ?? Data()).split(separator: UInt8(ascii: "\n")) {
            guard let report = try? decoder.decode(RecordingReport.self, from: Data(line)), let output = report.output
            else { continue }
            known[output] = report
        }
        lines = Mutex(known)
        try save()
    }

    /// What an earlier import found out about this recording, if nothing has changed since and its output is there.
    func unchanged(_ entry: DatasetListing.Entry) -> RecordingReport? {
        let audio = RecordingReport.Source(path: entry.audioPath)
        let labels = RecordingReport.Source(path: entry.labelPath)
        let known = lines.withLock { lines in
            lines.values.first { $0.name == entry.name && $0.audio == audio && $0.labelFile == labels }
        }
        guard let known, audio != nil, labels != nil, let output = known.output,
            FileManager.default.fileExists(atPath: folder + "/" + output)
        else { return nil }
        return known
    }

    /// Adds a line for a recording that is whole.
    ///
    /// - Throws: ``DatasetError/cannotWrite(path:reason:)``.
    func append(_ report: RecordingReport) throws(DatasetError) {
        guard let output = report.output else { return }
        let line = try Self.line(report, path)
        let failure = lines.withLock { lines -> String? in
            lines[output] = report
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

    /// Writes all lines anew, one for each recording, by name.
    ///
    /// - Throws: ``DatasetError/cannotWrite(path:reason:)``.
    func save() throws(DatasetError) {
        let reports = lines.withLock { $0.sorted { $0.key < $1.key }.map(\.value) }
        var data = Data()
        for report in reports { data += try Self.line(report, path) }
        do {
            try data.write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw .cannotWrite(path: path, reason: error.localizedDescription)
        }
    }

    private static func line(_ report: RecordingReport, _ path: String) throws(DatasetError) -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return try encoder.encode(report) + Data("\n".utf8)
        } catch {
            throw .cannotWrite(path: path, reason: error.localizedDescription)
        }
    }
}
