/// A loaded score, as clients are told of it.
public struct ScoreDescription: Hashable, Sendable {
    /// No more rehearsal marks than this are listed.
    public static let labelLimit = 100

    /// The file's name.
    public var name: String
    /// The file on the daemon's machine; empty for a score whose bytes came from a client.
    public var path: String
    /// As the score has it; nil where it says nothing.
    public var title: String?
    public var composer: String?
    /// Quarter notes along the order of play, from the beginning to the end.
    public var beats: Double
    /// Seconds at the written tempo.
    public var durationSeconds: Double
    /// Measures printed.
    public var measures: Int
    /// The first and the last printed measure's number.
    public var firstMeasure: String
    public var lastMeasure: String
    /// Moments at which notes begin.
    public var events: Int
    /// Pitched notes along the order of play.
    public var notes: Int
    /// Rehearsal marks in printed order: what `follow.goto` takes as `label`.
    public var labels: [String]
    /// How it is followed: `standard`, `dixon` or `arzt`.
    public var method: String
    /// What is believed where two places sound the same: `score-order`, `nearest` or `evidence`.
    public var repeats: String
    /// What was damaged, unknown or left out in the file, a sentence each; at most 20.
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
