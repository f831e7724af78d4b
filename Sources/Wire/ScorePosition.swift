/// The answer to `follow.start` and `follow.goto`: the place in the score that is followed from now on.
public struct ScorePosition: Hashable, Sendable, Decodable, JSONWritable {
    /// Quarter notes from the start, along the order of play.
    public var beat: Double
    /// As printed in the score.
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
