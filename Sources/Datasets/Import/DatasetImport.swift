import Basics
import Foundation

/// Checks a folder of recordings and copies the usable ones to a dataset folder.
public struct DatasetImport: Sendable {
    /// The folder to check, in any layout of ``DatasetFolder``.
    public var source: String
    /// The folder for usable recordings, as mono WAV at 44.1 kHz with labels in MusicNet's columns; nil to check only.
    public var output: String?
    /// A checksum list in addition to those in the folder.
    public var checksums: String?

    public init(source: String, output: String? = nil, checksums: String? = nil) {
        self.source = source
        self.output = output
        self.checksums = checksums
    }

    /// Checks and copies on all processors. Recordings that an earlier run has copied are not read again.
    ///
    /// - Parameter report: receives the number of recordings done and the total.
    /// - Throws: ``DatasetError`` if the folder, a checksum list or the output is unusable. Problems with single
    ///   recordings are part of the result.
    public func run(report: (Int, Int) -> Void = { _, _ in }) throws -> ImportReport {
        let listing = try DatasetListing(path: source)
        guard !listing.entries.isEmpty else { throw DatasetError.noRecordings(path: source) }
        try checkOutput()
        let manifest = try output.map { path throws(DatasetError) in try ImportManifest(folder: path) }
        let earlier = listing.entries.map { manifest?.unchanged($0) }
        let paths = zip(listing.entries, earlier).filter { $1 != nil }.flatMap { [$0.0.audioPath, $0.0.labelPath] }
        var sums = try ChecksumFindings(
            folder: source, list: checksums, skipping: Set(paths.compactMap { $0.map(Self.standard) }))
        var names: [String: Int] = [:]
        for entry in listing.entries { names[entry.name, default: 0] += 1 }
        let checks = zip(listing.entries, earlier).map { entry, earlier in
            var known = [entry.audioPath, entry.labelPath].compactMap { $0 }.flatMap { sums.take(Self.standard($0)) }
            if names[entry.name, default: 0] > 1 {
                known.append(Finding(.nameTwice, "another recording has the same name; rename one"))
            }
            return (earlier, RecordingCheck(entry: entry, output: output, known: known))
        }
        let reports = try FanOut().map(checks, progress: { done, _ in report(done, checks.count) }) { earlier, check in
            if let earlier { return earlier }
            let report = try check.run()
            try manifest?.append(report)
            return report
        }
        try manifest?.save()
        var others = sums.rest()
        if let path = listing.metadataPath {
            do { _ = try MusicNetMetadata(path: path) } catch {
                var report = RecordingReport(name: DatasetListing.metadataName)
                report.findings = [Finding(.badMetadata, "\(error)")]
                others.append(report)
            }
            try copyMetadata(path)
        }
        return ImportReport(
            recordings: reports, others: others, unchanged: earlier.count { $0 != nil }, output: output)
    }

    private func checkOutput() throws(DatasetError) {
        guard let output, Self.standard(output) == Self.standard(source) else { return }
        throw .cannotWrite(path: output, reason: "it is the imported folder; choose another one")
    }

    private func copyMetadata(_ path: String) throws(DatasetError) {
        guard let output, let data = FileManager.default.contents(atPath: path) else { return }
        let target = output + "/" + DatasetListing.metadataName
        do {
            try data.write(to: URL(fileURLWithPath: target), options: .atomic)
        } catch {
            throw .cannotWrite(path: target, reason: error.localizedDescription)
        }
    }

    private static func standard(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.path }
}
