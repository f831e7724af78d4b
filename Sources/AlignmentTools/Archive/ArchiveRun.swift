import Alignment
import Basics
import Datasets
import Figures
import Foundation
import Music
import Scores
import Sound

/// Aligns the pairs of an archive, several at a time, and resumes where an earlier run stopped.
public struct ArchiveRun: Sendable {
    /// A kind of file written for each pair.
    public enum Output: String, Sendable, CaseIterable {
        case csv, json, mid, svg, png, mix

        /// The suffix appended to a pair's name; distinct from the extensions of scores and recordings.
        var suffix: String {
            switch self {
            case .csv: ".csv"
            case .json: ".json"
            case .mid: ".aligned.mid"
            case .svg: ".svg"
            case .png: ".png"
            case .mix: ".mix.wav"
            }
        }
    }

    public var listing: ArchiveListing
    /// The output folder.
    public var folder: String
    public var aligner: any Aligner
    /// The method's parameters, for the JSON output and to detect stale results.
    public var parameters: [String: AlignmentDocument.Setting]
    public var outputs: Set<Output>
    /// Whether labels of rejected pairs are also written.
    public var keepsRejected: Bool
    /// Number of pairs aligned at a time, at least 1.
    public var jobs: Int

    public init(
        _ listing: ArchiveListing, into folder: String, aligner: any Aligner,
        parameters: [String: AlignmentDocument.Setting] = [:], outputs: Set<Output> = [.csv, .json],
        keepsRejected: Bool = false, jobs: Int = 1
    ) {
        self.listing = listing
        self.folder = folder.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder
        self.aligner = aligner
        self.parameters = parameters
        self.outputs = outputs
        self.keepsRejected = keepsRejected
        self.jobs = jobs
    }

    /// - Parameters:
    ///   - isStopped: polled regularly, on any thread. Once it returns true, active pairs are abandoned.
    ///   - progress: called on the calling thread, several times a second.
    /// - Throws: `AlignmentError.cannotWrite` if the output folder is not writable. Errors that concern a single pair
    ///   are part of the report.
    public func run(
        isStopped: @escaping @Sendable () -> Bool = { false }, progress: (ArchiveProgress) -> Void = { _ in }
    ) throws(AlignmentError) -> ArchiveReport {
        if outputs.contains(.png) {
            do { try FigureFormat.checkRasteriser() } catch { throw .cannotWrite(path: folder, reason: error.reason) }
        }
        let manifest = try ArchiveManifest(folder: folder)
        let stamp = fingerprint
        let inputs = listing.pairs.map { Self.inputs($0, stamp) }
        let earlier = zip(listing.pairs, inputs).map { manifest.unchanged($0.name, $1) }
        let waiting = listing.pairs.indices.filter { earlier[$0] == nil }
        let lengths = waiting.map { Self.seconds(listing.pairs[$0].audio) }
        let shares = ArchiveShares(lengths)
        let fresh = try FanOut(threads: jobs).mapUntilStopped(
            Array(waiting.indices), isStopped: isStopped, tick: { progress(shares.progress) }
        ) { (index) throws(AlignmentError) -> ArchiveEntry? in
            let pairIndex = waiting[index]
            let entry = try entry(listing.pairs[pairIndex], inputs[pairIndex], manifest) { share in
                if isStopped() { throw CancellationError() }
                shares.set(share, of: index)
            }
            if entry != nil { shares.finish(index) }
            return entry
        }
        try manifest.save()
        var entries = earlier
        for (pairIndex, entry) in zip(waiting, fresh) { entries[pairIndex] = entry }
        return ArchiveReport(
            pairs: entries.compactMap { $0 }, alone: listing.alone, unchanged: earlier.count { $0 != nil },
            waiting: fresh.count { $0 == nil })
    }

    // MARK: One pair

    /// - Returns: nil if `progress` threw `CancellationError`.
    /// - Throws: `AlignmentError.cannotWrite` for the manifest. Errors that concern the pair are part of the entry.
    private func entry(
        _ pair: ArchivePair, _ inputs: ArchiveEntry.Inputs?, _ manifest: ArchiveManifest,
        _ progress: (Double) throws -> Void
    ) throws(AlignmentError) -> ArchiveEntry? {
        let clock = ContinuousClock()
        let start = clock.now
        var entry = ArchiveEntry(
            name: pair.name, score: pair.score, audio: pair.audio, outcome: .failed, confidence: 0, seconds: 0,
            reason: "", suspicions: [], outputs: [], elapsed: 0, inputs: inputs)
        do {
            try align(pair, &entry, progress)
        } catch is CancellationError {
            return nil
        } catch let error as AlignmentError {
            if case .mismatch = error { entry.outcome = .rejected }
            entry.reason = "\(error)"
        } catch {
            entry.reason = "\(error)"
        }
        entry.elapsed = ((clock.now - start) / .milliseconds(1)).rounded() / 1000
        try manifest.append(entry)
        return entry
    }

    private func align(
        _ pair: ArchivePair, _ entry: inout ArchiveEntry, _ progress: (Double) throws -> Void
    ) throws {
        let score = try Score(path: pair.score)
        let alignment = try aligner.align(score, audio: pair.audio, progress: progress)
        entry.seconds = Self.finite(alignment.duration)
        entry.confidence = Self.finite(alignment.verdict.confidence)
        entry.suspicions = alignment.suspicions.map {
            ArchiveEntry.Region(
                kind: $0.kind, start: Self.finite($0.times.lowerBound), end: Self.finite($0.times.upperBound),
                explanation: $0.explanation)
        }
        let isRejected = alignment.verdict.grade == .rejected
        var files = files(pair)
        // Labels left by an earlier run with other parameters would be mistaken for results of this run.
        if isRejected, !keepsRejected {
            for path in [files.labels, files.midi, files.document] { if let path { unlink(path) } }
            files = files.forInspection
        }
        try Self.makeFolders(for: files.paths)
        let origin = AlignmentDocument.Origin(
            score: pair.score, audio: pair.audio, method: aligner.name, parameters: parameters)
        try files.write(alignment, of: score, origin: origin)
        entry.outputs = files.paths.map { String($0.dropFirst(folder.count + 1)) }
        entry.reason = alignment.verdict.reason
        entry.outcome =
            switch alignment.verdict.grade {
            case .accepted: .accepted
            case .doubtful: .doubtful
            case .rejected: .rejected
            }
    }

    private func files(_ pair: ArchivePair) -> AlignmentOutputs {
        func path(_ output: Output) -> String? {
            outputs.contains(output) ? "\(folder)/\(pair.name)\(output.suffix)" : nil
        }
        var files = AlignmentOutputs()
        files.labels = path(.csv)
        files.document = path(.json)
        files.midi = path(.mid)
        files.plot = path(.svg)
        files.raster = path(.png)
        files.mix = path(.mix)
        return files
    }

    private static func makeFolders(for paths: [String]) throws(AlignmentError) {
        for folder in Set(paths.map { URL(fileURLWithPath: $0).deletingLastPathComponent().path }) {
            do {
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            } catch { throw .cannotWrite(path: folder, reason: error.localizedDescription) }
        }
    }

    // MARK: Dependencies of the results

    /// A hash of the method, its parameters and the selected outputs.
    private var fingerprint: String {
        var hash = ContentHash()
        hash.add(aligner.name)
        for (key, value) in parameters.sorted(by: { $0.key < $1.key }) { hash.add("\(key)=\(value)") }
        for output in outputs.map(\.rawValue).sorted() { hash.add(output) }
        hash.add(keepsRejected ? "kept" : "")
        return hash.text
    }

    private static func inputs(_ pair: ArchivePair, _ fingerprint: String) -> ArchiveEntry.Inputs? {
        guard let score = FileStamp(path: pair.score), let audio = FileStamp(path: pair.audio) else { return nil }
        return ArchiveEntry.Inputs(score: score, audio: audio, parameters: fingerprint)
    }

    /// Duration of a recording according to its header; 1 s if unknown.
    private static func seconds(_ path: String) -> Double {
        guard let reader = try? AudioFileReader(path: path), let count = reader.expectedCount else { return 1 }
        return max(Double(count) / 44_100, 0.1)
    }

    private static func finite(_ value: Double) -> Double { value.isFinite ? value : 0 }
}
