import Basics
import Datasets
import Foundation
import Music
import Networks

/// Recordings with labels, ready to draw from.
public struct TrainingSet: Sendable {
    let pool: ExcerptPool
    var recordings: [Recording] { pool.recordings }

    /// Recordings in the set.
    public var count: Int { pool.recordings.count }
    /// Seconds of audio in all; of recordings that are reliable in part, those.
    public let duration: Double
    /// What is questionable about the labels, and what was left out: a sentence for each kind, none if all is well.
    public let warnings: [String]

    /// Bytes of samples that may be read before their pages are given back, in all. Reading a few maps many, so that the
    /// memory taken up is several times as much; giving back costs nothing that could be measured.
    static let residentLimit = 1 << 26

    /// - Parameter duration: seconds.
    init(pool: ExcerptPool, duration: Double) {
        self.pool = pool
        self.duration = duration
        warnings = []
    }

    /// Several sets as one.
    ///
    /// - Parameter parts: sets and how often an excerpt is drawn from each, relative to the others.
    public init(mixing parts: [(set: TrainingSet, share: Double)]) {
        pool = ExcerptPool(parts.filter { $0.share > 0 }.map { ($0.set.pool, $0.share) })
        duration = parts.reduce(0) { $0 + $1.set.duration }
        warnings = parts.flatMap(\.set.warnings)
    }

    /// A recording whose labels can be reliable in part.
    public struct PartlyReliable: Sendable {
        /// Path of the audio.
        public var audio: String
        public var notes: [Note]
        /// Notes that may or may not sound: nothing is asked about them.
        public var uncertain: [Note]
        /// Moments that labels may be asked for, in seconds.
        public var reliable: TimeSpans

        public init(audio: String, notes: [Note], uncertain: [Note], reliable: TimeSpans) {
            self.audio = audio
            self.notes = notes
            self.uncertain = uncertain
            self.reliable = reliable
        }
    }

    /// Opens recordings that are reliable in part. Those with more reliable time are drawn more often.
    ///
    /// - Parameters:
    ///   - recordings: those without reliable moments are left out.
    ///   - info: the model to be: its conditioning, hop and rate.
    /// - Throws: `SoundError`, `DatasetError`; ``TrainingError/tooLittleMusic(seconds:needed:)`` when nothing is left.
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

    /// Opens every recording of `folder` that has labels, several at a time; see `DatasetFolder` for the layouts.
    ///
    /// Recordings without a single label are left out, with a warning.
    ///
    /// - Parameters:
    ///   - folder: the dataset.
    ///   - split: which recordings of it.
    ///   - info: the model to be: its conditioning, hop, rate and notes.
    ///   - report: called after each recording with how many are open, and how many there are.
    /// - Throws: what names the file that cannot be used: `DatasetError`, `MusicError`, `SoundError`;
    ///   `TrainingError.emptyDataset` when nothing is left.
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
    ///   - files: what to open.
    ///   - unlabelled: audio without labels, for a warning.
    ///   - folder: what an empty set is called.
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

    /// One sentence for each kind of finding: how much of it, in how many recordings, and where it is worst.
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

/// A recording on its way into the set, and what is questionable about it.
private struct OpenedRecording: Sendable {
    let name: String
    /// Nil if there is no label.
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
