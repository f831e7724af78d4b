/// `position`: where in the score the players are.
public struct Position: ServerNotification {
    public static let method = ServerMessage.Method.position

    public var epoch: Int
    public var sample: Int64
    /// The Unix time at which that sample was in the air.
    public var time: Double
    /// Quarter notes from the start of the score.
    public var beat: Double
    /// As printed in the score.
    public var measure: Int
    /// Quarter notes from the start of the measure.
    public var beatInMeasure: Double
    /// Seconds from the start of the score at its own tempo.
    public var scoreSeconds: Double
    /// Quarter notes a minute, as played.
    public var tempo: Double
    /// 0...1.
    public var confidence: Double
    /// Index of the score's event (chord or note) last reached.
    public var event: Int

    public init(
        epoch: Int, sample: Int64, time: Double, beat: Double, measure: Int, beatInMeasure: Double,
        scoreSeconds: Double, tempo: Double, confidence: Double, event: Int
    ) {
        self.epoch = epoch
        self.sample = sample
        self.time = time
        self.beat = beat
        self.measure = measure
        self.beatInMeasure = beatInMeasure
        self.scoreSeconds = scoreSeconds
        self.tempo = tempo
        self.confidence = confidence
        self.event = event
    }

    enum CodingKeys: String, CodingKey {
        case epoch, sample, time, beat, measure
        case beatInMeasure = "beat_in_measure"
        case scoreSeconds = "score_s"
        case tempo = "tempo_bpm"
        case confidence, event
    }

    public func writeParameters(to writer: inout JSONWriter) {
        writer.moment(epoch: epoch, sample: sample)
        writer.time(time)
        writer.member("beat", beat, decimals: 4)
        writer.member("measure", measure)
        writer.member("beat_in_measure", beatInMeasure, decimals: 4)
        writer.member("score_s", scoreSeconds, decimals: 4)
        writer.member("tempo_bpm", tempo, decimals: 3)
        writer.member("confidence", confidence, decimals: 4)
        writer.member("event", event)
    }
}
