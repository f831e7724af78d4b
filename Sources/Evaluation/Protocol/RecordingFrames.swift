/// The judged frames of one recording: what the network said and what the labels say.
public struct RecordingFrames: Sendable {
    public let name: String
    /// 128 a frame, row by row, as the network gave them: not limited to 0...1.
    public let scores: [Float]
    /// The labels at the same moments.
    public let truth: PianoRoll

    /// Frames.
    public var count: Int { truth.count }

    public init(name: String, scores: [Float], truth: PianoRoll) {
        self.name = name
        self.scores = scores
        self.truth = truth
    }
}
