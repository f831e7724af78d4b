import Basics

/// The statistics of a folder, and what has to be said about them.
public struct StatisticsReport: Sendable {
    public var statistics: DatasetStatistics
    /// Sentences for standard error: what was left out, and why; where lengths come from.
    public var remarks: [String]
    /// How many recordings could not be read; they are named in `remarks` and counted nowhere else.
    public var unreadable: Int

    /// Reads the labels and the audio headers of a folder, on all processors.
    ///
    /// Recordings have audio and labels. A folder of labels alone is counted too: its lengths come from the metadata, or
    /// else from the last labels.
    ///
    /// - Parameters:
    ///   - metadata: a file like `musicnet_metadata.csv`; nil for the one in the folder, if any.
    ///   - report: told how many recordings are done, and of how many.
    /// - Throws: ``DatasetError``.
    public init(
        folder: String, metadata: String? = nil, split: DatasetFolder.Split = .all,
        report: (Int, Int) -> Void = { _, _ in }
    ) throws {
        let listing = try DatasetListing(path: folder)
        let known = try (metadata ?? listing.metadataPath).map(MusicNetMetadata.init(path:))
        let labelled = listing.entries.filter { $0.labelPath != nil }
        guard !labelled.isEmpty else { throw DatasetError.noRecordings(path: folder) }
        let isAudioThere = labelled.contains { $0.audioPath != nil }
        let counted = labelled.filter { split.contains($0) && (!isAudioThere || $0.audioPath != nil) }
        guard !counted.isEmpty else { throw DatasetError.emptySplit(path: folder, split: split) }
        let results = FanOut().map(counted, progress: { done, _ in report(done, counted.count) }) { entry in
            Result { try RecordingSummary(entry, metadata: known?[entry.name]) }
        }
        let summaries = results.compactMap { try? $0.get() }
        statistics = DatasetStatistics(summaries, metadata: known)
        unreadable = results.count - summaries.count
        remarks = results.compactMap { result in
            if case .failure(let error) = result { "left out: \(error)" } else { nil }
        }
        let silent = listing.entries.filter { split.contains($0) && $0.labelPath == nil }.count
        if silent > 0 { remarks.append("without labels, left out: \(Numeral.count(silent, "audio file"))") }
        if isAudioThere {
            let mute = labelled.filter { split.contains($0) && $0.audioPath == nil }.count
            if mute > 0 { remarks.append("without audio, left out: \(Numeral.count(mute, "label file"))") }
        }
        remarks += Self.lengths(summaries)
        remarks += Self.metadata(known, summaries)
    }

    private static func lengths(_ summaries: [RecordingSummary]) -> [String] {
        var remarks: [String] = []
        let fromMetadata = summaries.filter { $0.lengthSource == .metadata }.count
        let fromLabels = summaries.filter { $0.lengthSource == .lastLabel }.count
        if fromMetadata > 0 {
            remarks.append("no audio, minutes from the metadata: \(Numeral.count(fromMetadata, "recording"))")
        }
        if fromLabels > 0 {
            remarks.append("no audio, minutes up to the last label: \(Numeral.count(fromLabels, "recording"))")
        }
        return remarks
    }

    private static func metadata(_ metadata: MusicNetMetadata?, _ summaries: [RecordingSummary]) -> [String] {
        guard let metadata else {
            return [
                "without \(DatasetListing.metadataName) in the folder, or --metadata, there are no composers and ensembles"
            ]
        }
        let unknown = summaries.filter { metadata[$0.name] == nil }.count
        return unknown > 0 ? ["not in the metadata: \(Numeral.count(unknown, "recording"))"] : []
    }
}
