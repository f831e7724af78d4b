/// A loaded score, as reported to clients.
public struct ScoreDescription: Hashable, Sendable {
    /// The maximum number of rehearsal marks in `labels`.
    public static let labelLimit = 100

    /// The file's name.
    public var name: String
    /// The file's path on the daemon's machine; empty if a client sent the score's bytes.
    public var path: String
    /// From the score; nil if it has none.
    public var title: String?
    public var composer: String?
    /// Total quarter notes along the order of play.
    public var beats: Double
    /// Duration in seconds at the notated tempo.
    public var durationSeconds: Double
    /// The number of printed measures.
    public var measures: Int
    /// The printed numbers of the first and the last measure.
    public var firstMeasure: String
    public var lastMeasure: String
    /// The number of distinct onset times.
    public var events: Int
    /// The number of pitched notes along the order of play.
    public var notes: Int
    /// Rehearsal marks in printed order: valid values of `label` in `follow.goto`.
    public var labels: [String]
    /// The following method: `standard`, `dixon` or `arzt`.
    public var method: String
    /// How ambiguous passages are resolved: `score-order`, `nearest` or `evidence`.
    public var repeats: String
    /// One sentence for each damaged, unknown or ignored part of the file; at most 20.
    public var warnings: [String]

    public init(
        name: String, path: String, title: String?, composer: String?, beats: Double, durationSeconds: Double,
        measures: Int, firstMeasure: String, lastMeasure: String, events: Int, notes: Int, labels: [String],
        method: String, repeats: String, warnings: [String] = []
    ) {
        self.name = name
        self.path = path
        self.title = title
        self.composer = composer
        self.beats = beats
        self.durationSeconds = durationSeconds
        self.measures = measures
        self.firstMeasure = firstMeasure
        self.lastMeasure = lastMeasure
        self.events = events
        self.notes = notes
        self.labels = Array(labels.prefix(Self.labelLimit))
        self.method = method
        self.repeats = repeats
        self.warnings = warnings
    }
}

extension ScoreDescription: Decodable, JSONWritable {
    enum CodingKeys: String, CodingKey {
        case name, path, title, composer, beats
        case durationSeconds = "duration_s"
        case measures
        case firstMeasure = "first_measure"
        case lastMeasure = "last_measure"
        case events, notes, labels, method, repeats, warnings
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("name", name)
        writer.member("path", path)
        writer.member("title", title)
        writer.member("composer", composer)
        writer.member("beats", beats, decimals: 4)
        writer.member("duration_s", durationSeconds, decimals: 3)
        writer.member("measures", measures)
        writer.member("first_measure", firstMeasure)
        writer.member("last_measure", lastMeasure)
        writer.member("events", events)
        writer.member("notes", notes)
        writer.member("labels", labels)
        writer.member("method", method)
        writer.member("repeats", repeats)
        writer.member("warnings", warnings)
        writer.endObject()
    }
}

/// The result of `follow.start` and `follow.goto`: the position from which the score is followed.
public struct ScorePosition: Hashable, Sendable, Decodable, JSONWritable {
    /// Quarter notes from the start, along the order of play.
    public var beat: Double
    /// The printed measure number.
    public var measure: Int

    public init(beat: Double, measure: Int) {
        self.beat = beat
        self.measure = measure
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("beat", beat, decimals: 4)
        writer.member("measure", measure)
        writer.endObject()
    }
}
