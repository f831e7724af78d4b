import Basics
import Datasets
import Foundation
import Music
import Networks

/// Labelled recordings from which excerpts are drawn.
public struct TrainingSet: Sendable {
    let pool: ExcerptPool
    var recordings: [Recording] { pool.recordings }

    /// Number of recordings.
    public var count: Int { pool.recordings.count }
    /// Total duration of the audio in seconds; of a partly reliable recording, only the reliable part counts.
    public let duration: Double
    /// Problems found in the labels and recordings left out, one sentence for each kind.
    public let warnings: [String]

    /// Bytes of samples that may be read in total before their pages are released. The kernel maps more than is read,
    /// so resident memory can be several times as large. Releasing pages has no measurable cost.
    static let residentLimit = 1 << 26

    /// - Parameter duration: in seconds.
    init(pool: ExcerptPool, duration: Double) {
        self.pool = pool
        self.duration = duration
        warnings = []
    }

    /// Combines several sets.
    ///
    /// - Parameter parts: sets, and how often an excerpt is drawn from each, relative to the others.
    public init(mixing parts: [(set: TrainingSet, share: Double)]) {
        pool = ExcerptPool(parts.filter { $0.share > 0 }.map { ($0.set.pool, $0.share) })
        duration = parts.reduce(0) { $0 + $1.set.duration }
        warnings = parts.flatMap(\.set.warnings)
    }

    /// A recording in which only some labels are reliable.
    public struct PartlyReliable: Sendable {
        /// Path of the audio file.
        public var audio: String
        public var notes: [Note]
        /// Notes that may or may not sound: the loss ignores them.
        public var uncertain: [Note]
        /// Times in which labels are used, in seconds.
        public var reliable: TimeSpans

        public init(audio: String, notes: [Note], uncertain: [Note], reliable: TimeSpans) {
            self.audio = audio
            self.notes = notes
            self.uncertain = uncertain
            self.reliable = reliable
        }
    }

    /// Opens partly reliable recordings. Each is drawn in proportion to its reliable duration.
    ///
    /// - Parameters:
    ///   - recordings: those without a reliable span are skipped.
    ///   - info: the model to be trained, with its conditioning, hop and sample rate.
    /// - Throws: `SoundError`, `DatasetError`; ``TrainingError/tooLittleMusic(seconds:needed:)`` if no recording is
    ///   left.
    public init(_ recordings: [PartlyReliable], info: ModelInfo) throws {
        let used = recordings.filter { $0.reliable.duration > 0 }
        guard !used.isEmpty else { throw TrainingError.tooLittleMusic(seconds: 0, needed: 1) }
        let opened = try used.map { part in
            try Recording(
                audio: part.audio, notes: part.notes, uncertain: part.uncertain, reliable: part.reliable,
                conditioning: info.architecture.conditioning, hop: info.hop, sampleRate: info.sampleRate,
                residentLimit: Self.residentLimit / used.count)
        }
        let seconds = used.map(\.reliable.duration)
        self.init(pool: ExcerptPool(opened, weights: seconds), duration: seconds.reduce(0, +))
    }

    /// Opens all labelled recordings of a dataset, several at a time; see `DatasetFolder` for the layouts.
    ///
    /// Recordings whose label file is empty are left out, with a warning.
    ///
    /// - Parameters:
    ///   - folder: the dataset.
    ///   - split: the part of it to open.
    ///   - info: the model to be trained, with its conditioning, hop, sample rate and notes.
    ///   - report: called after each recording with the number opened and the total.
    /// - Throws: `DatasetError`, `MusicError` or `SoundError`, naming the file; `TrainingError.emptyDataset` if no
    ///   recording is left.
    public init(
        folder: String, split: DatasetFolder.Split = .all, info: ModelInfo, report: (Int, Int) -> Void = { _, _ in }
    ) throws {
        let listing = try DatasetFolder(path: folder, split: split)
        try self.init(
            listing.recordings, unlabelled: listing.unlabelled, folder: folder, info: info, report: report)
    }

    /// Opens recordings; see ``init(folder:split:info:report:)``.
    ///
    /// - Parameters:
    ///   - files: the recordings.
    ///   - unlabelled: audio without labels, for a warning.
    ///   - folder: the dataset's name in the error for an empty set.
    public init(
        _ files: [DatasetFolder.Recording], unlabelled: [String] = [], folder: String, info: ModelInfo,
        report: (Int, Int) -> Void = { _, _ in }
    ) throws {
        let limit = Self.residentLimit / max(1, files.count)
        let opened = try FanOut().map(files, progress: { done, _ in report(done, files.count) }) { file in
            try OpenedRecording(file, info: info, residentLimit: limit)
        }
        let recordings = opened.compactMap(\.recording)
        guard !recordings.isEmpty else { throw TrainingError.emptyDataset(path: folder) }
        pool = ExcerptPool(recordings)
        duration = recordings.reduce(0) { $0 + Double($1.count) } / Double(info.sampleRate)
        warnings = Self.warnings(opened, unlabelled: unlabelled)
    }

    /// One sentence for each kind of finding: the count, the number of recordings, and the worst recording.
    private static func warnings(_ opened: [OpenedRecording], unlabelled: [String]) -> [String] {
        var warnings: [String] = []
        if let first = unlabelled.first {
            warnings.append("audio without labels: \(unlabelled.count), such as '\(first)'; left out")
        }
        for kind in Finding.Kind.allCases {
            let some = opened.flatMap { file in file.findings.filter { $0.kind == kind }.map { (file.name, $0) } }
            guard let worst = some.max(by: { $0.1.count < $1.1.count }) else { continue }
            let count = some.reduce(0) { $0 + $1.1.count }
            let rest = kind == .noLabels ? "; left out" : ""
            warnings.append(
                "\(kind.title): \(count) in \(some.count) of \(opened.count) recordings; "
                    + "\(worst.0): \(worst.1.detail)\(rest)")
        }
        return warnings
    }
}

/// A recording being opened, with the problems found in its labels.
private struct OpenedRecording: Sendable {
    let name: String
    /// Nil if there are no labels.
    let recording: Recording?
    let findings: [Finding]

    init(_ file: DatasetFolder.Recording, info: ModelInfo, residentLimit: Int) throws {
        name = file.name
        let labels = try LabelFile(path: file.labelPath).labels
        guard !labels.isEmpty else {
            recording = nil
            findings = LabelCheck([], seconds: nil).findings
            return
        }
        let recording = try Recording(
            audio: file.audioPath, notes: labels.map(\.note), conditioning: info.architecture.conditioning,
            hop: info.hop, sampleRate: info.sampleRate, residentLimit: residentLimit)
        self.recording = recording
        let seconds = Double(recording.count) / Double(info.sampleRate)
        findings = LabelCheck(labels, seconds: seconds, range: info.notes).findings
    }
}
