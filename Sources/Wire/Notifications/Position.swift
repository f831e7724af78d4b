/// `position`: the players' estimated position in the score at the last sample of a hop.
///
/// Beats are quarter notes along the order of play, so that clients can compute with them. Musicians may count another
/// unit (a dotted quarter in 6/8): ``beatUnit``, ``count`` and ``countTempo`` use that unit.
public struct Position: ServerNotification {
    public static let method = ServerMessage.Method.position

    public var epoch: Int
    public var sample: Int64
    /// The Unix time at which that sample was in the air.
    public var time: Double
    /// Quarter notes from the start, along the order of play: each pass of a repeated measure has its own beats.
    public var beat: Double
    /// The printed measure number; for "12a", the number without its letter.
    public var measure: Int
    /// Quarter notes from the start of the measure.
    public var beatInMeasure: Double
    /// Seconds from the start of the score at the notated tempo.
    public var scoreSeconds: Double
    /// The performed tempo in quarter notes per minute.
    public var tempo: Double
    /// The probability that the position is within half a second of the truth, 0...1; 0 while waiting.
    public var confidence: Double
    /// The index of the last event (chord or note) reached; -1 before the first.
    public var event: Int
    /// Quarter notes per counted beat: 1 in 3/4, 1.5 in 6/8, 2 in 2/2.
    public var beatUnit: Double
    /// The 1-based beat of the measure as musicians count it, in units of ``beatUnit``; a pickup ends on the measure's
    /// last beat.
    public var count: Double
    /// The performed tempo in counted beats per minute.
    public var countTempo: Double
    /// 1 the first time the measure is played, 2 the second time, and so on.
    public var pass: Int

    public init(
        epoch: Int, sample: Int64, time: Double, beat: Double, measure: Int, beatInMeasure: Double,
        scoreSeconds: Double, tempo: Double, confidence: Double, event: Int, beatUnit: Double = 1, count: Double = 1,
        pass: Int = 1
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
        self.beatUnit = beatUnit
        self.count = count
        countTempo = beatUnit > 0 ? tempo / beatUnit : tempo
        self.pass = pass
    }

    enum CodingKeys: String, CodingKey {
        case epoch, sample, time, beat, measure
        case beatInMeasure = "beat_in_measure"
        case scoreSeconds = "score_s"
        case tempo = "tempo_bpm"
        case confidence, event
        case beatUnit = "beat_unit"
        case count
        case countTempo = "count_bpm"
        case pass
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
        writer.member("beat_unit", beatUnit, decimals: 3)
        writer.member("count", count, decimals: 3)
        writer.member("count_bpm", countTempo, decimals: 3)
        writer.member("pass", pass)
    }
}
