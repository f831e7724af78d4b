import Music

/// The composition of a dataset, in the form of the paper's Table 1.
///
/// An instrument's minutes are those of the recordings in which it plays. Rows are in descending order of labels, as in
/// the paper. The table's error rate is omitted: it was determined by listening.
public struct DatasetStatistics: Sendable, Equatable, Encodable {
    /// A composer or an ensemble.
    public struct Group: Sendable, Equatable, Encodable {
        public var name: String
        public var minutes: Double
        public var labels: Int
        public var recordings: Int
    }

    public struct Instrument: Sendable, Equatable, Encodable {
        public var name: String
        /// MusicNet's number, the 1-based General MIDI program; nil for labels without an instrument.
        public var number: Int?
        public var minutes: Double
        public var labels: Int
        public var recordings: Int
        /// The number of distinct notes played.
        public var notes: Int
    }

    public var minutes: Double
    public var labels: Int
    public var recordings: Int
    /// The number of distinct combinations of instrument and note.
    public var classes: Int
    /// Nil without metadata.
    public var composers: [Group]?
    /// Nil without metadata.
    public var ensembles: [Group]?
    public var instruments: [Instrument]

    /// Computes the statistics. Recordings missing from the metadata are grouped as ``unknown``.
    public init(_ summaries: [RecordingSummary], metadata: MusicNetMetadata? = nil) {
        minutes = summaries.reduce(0) { $0 + $1.seconds } / 60
        labels = summaries.reduce(0) { $0 + $1.labels }
        recordings = summaries.count
        instruments = Self.instruments(summaries)
        classes = instruments.reduce(0) { $0 + $1.notes }
        composers = metadata.map { data in Self.groups(summaries) { data[$0.name]?.composer } }
        ensembles = metadata.map { data in Self.groups(summaries) { data[$0.name]?.ensemble } }
    }

    /// The composer and ensemble of recordings missing from the metadata.
    public static let unknown = "(not in the metadata)"

    private static func groups(
        _ summaries: [RecordingSummary], by name: (RecordingSummary) -> String?
    ) -> [Group] {
        var groups: [String: Group] = [:]
        for summary in summaries {
            let name = name(summary) ?? unknown
            var group = groups[name] ?? Group(name: name, minutes: 0, labels: 0, recordings: 0)
            group.minutes += summary.seconds / 60
            group.labels += summary.labels
            group.recordings += 1
            groups[name] = group
        }
        return groups.values.sorted { ($1.labels, $0.name) < ($0.labels, $1.name) }
    }

    private static func instruments(_ summaries: [RecordingSummary]) -> [Instrument] {
        var rows: [Int?: Instrument] = [:]
        var pitches: [Int?: Set<Int>] = [:]
        for summary in summaries {
            for (program, part) in summary.parts {
                var row =
                    rows[program]
                    ?? Instrument(
                        name: program.map(GeneralMIDI.name) ?? "(unnamed)", number: program.map { $0 + 1 },
                        minutes: 0, labels: 0, recordings: 0, notes: 0)
                row.minutes += summary.seconds / 60
                row.labels += part.labels
                row.recordings += 1
                pitches[program, default: []].formUnion(part.pitches)
                row.notes = pitches[program]?.count ?? 0
                rows[program] = row
            }
        }
        return rows.values.sorted { ($1.labels, $0.name) < ($0.labels, $1.name) }
    }
}

extension RecordingSummary {
    var labels: Int { parts.values.reduce(0) { $0 + $1.labels } }
}
