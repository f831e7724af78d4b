import Basics

/// The statistics of a folder, with remarks.
public struct StatisticsReport: Sendable {
    public var statistics: DatasetStatistics
    /// Messages for standard error: what was skipped and why, and the source of durations.
    public var remarks: [String]
    /// The number of unreadable recordings, which are named in `remarks` and not counted elsewhere.
    public var unreadable: Int

    /// Reads the labels and audio headers of a folder on all processors.
    ///
    /// Recordings without audio are counted only if the folder has no audio at all: their durations are then those of
    /// the metadata or, if missing, the ends of the last labels.
    ///
    /// - Parameters:
    ///   - metadata: a file like `musicnet_metadata.csv`; nil for the one in the folder, if any.
    ///   - report: receives the number of recordings done and the total.
    /// - Throws: ``DatasetError``.
    public init(
        folder: String, metadata: String? = nil, split: DatasetFolder.Split = .all,
        report: (Int, Int) -> Void = { _, _ in }
    ) throws {
        let listing = try DatasetListing(path: folder)
        let known = try (metadata ?? listing.metadataPath).map(MusicNetMetadata.init(path:))
        let labelled = listing.entries.filter { $0.labelPath != nil }
        guard !labelled.isEmpty else { throw DatasetError.noRecordings(path: folder) }
        let hasAudio = labelled.contains { $0.audioPath != nil }
        let counted = labelled.filter { split.contains($0) && (!hasAudio || $0.audioPath != nil) }
        guard !counted.isEmpty else { throw DatasetError.emptySplit(path: folder, split: split) }
        let results = FanOut().map(counted, progress: { done, _ in report(done, counted.count) }) { entry in
            Result { try RecordingSummary(entry, metadata: known?[entry.name]) }
        }
        let summaries = results.compactMap { try? $0.get() }
        statistics = DatasetStatistics(summaries, metadata: known)
        unreadable = results.count - summaries.count
        remarks = results.compactMap { result in
            if case .failure(let error) = result { "skipped: \(error)" } else { nil }
        }
        let unlabelled = listing.entries.filter { split.contains($0) && $0.labelPath == nil }.count
        if unlabelled > 0 { remarks.append("skipped, without labels: \(Numeral.count(unlabelled, "audio file"))") }
        if hasAudio {
            let audioless = labelled.filter { split.contains($0) && $0.audioPath == nil }.count
            if audioless > 0 { remarks.append("skipped, without audio: \(Numeral.count(audioless, "label file"))") }
        }
        remarks += Self.lengths(summaries)
        remarks += Self.metadata(known, summaries)
    }

    private static func lengths(_ summaries: [RecordingSummary]) -> [String] {
        var remarks: [String] = []
        let fromMetadata = summaries.filter { $0.lengthSource == .metadata }.count
        let fromLabels = summaries.filter { $0.lengthSource == .lastLabel }.count
        if fromMetadata > 0 {
            remarks.append("duration from metadata, no audio: \(Numeral.count(fromMetadata, "recording"))")
        }
        if fromLabels > 0 {
            remarks.append("duration from last label, no audio: \(Numeral.count(fromLabels, "recording"))")
        }
        return remarks
    }

    private static func metadata(_ metadata: MusicNetMetadata?, _ summaries: [RecordingSummary]) -> [String] {
        guard let metadata else {
            return [
                "composers and ensembles need \(DatasetListing.metadataName) in the folder or --metadata"
            ]
        }
        let unknown = summaries.filter { metadata[$0.name] == nil }.count
        return unknown > 0 ? ["not in the metadata: \(Numeral.count(unknown, "recording"))"] : []
    }
}
