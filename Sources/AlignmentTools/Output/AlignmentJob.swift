import Alignment
import Foundation
import Scores

/// Aligns one score with one recording and writes the results.
public struct AlignmentJob: Sendable {
    /// The result of a job.
    public struct Result: Sendable {
        public var alignment: ScoreAlignment
        public var score: Score
        /// Duration of the alignment in seconds, without reading the score and writing the results.
        public var elapsed: Double
    }

    public var score: String
    public var audio: String
    /// The interval of the recording to align, in seconds; nil for all of it.
    public var times: Range<Double>?
    public var aligner: any Aligner
    /// The method's parameters, for the JSON output.
    public var parameters: [String: AlignmentDocument.Setting]
    public var outputs: AlignmentOutputs
    /// Whether labels are written even if the alignment is rejected.
    public var isForced: Bool

    public init(
        score: String, audio: String, times: Range<Double>? = nil, aligner: any Aligner,
        parameters: [String: AlignmentDocument.Setting] = [:], outputs: AlignmentOutputs, isForced: Bool = false
    ) {
        self.score = score
        self.audio = audio
        self.times = times
        self.aligner = aligner
        self.parameters = parameters
        self.outputs = outputs
        self.isForced = isForced
    }

    /// Aligns, then writes the results. Checks beforehand that the outputs are writable.
    ///
    /// - Parameters:
    ///   - progress: receives the completed fraction of the alignment, 0...1. An error that it throws aborts the work.
    ///   - found: receives the result before any output is written, even if the alignment is rejected.
    /// - Throws: `ScoreError`, `SoundError`, `SynthesisError`, `AlignmentError`. The last is `.mismatch` if the
    ///   alignment is rejected and `isForced` is false; in that case plot and mix have been written, but labels, MIDI
    ///   and JSON have not.
    @discardableResult
    public func run(
        progress: (Double) throws -> Void = { _ in }, found: (Result) throws -> Void = { _ in }
    ) throws -> Result {
        try outputs.check(inputs: [score, audio])
        let score = try Score(path: score)
        let excerpt = try times.map { try RecordingExcerpt(of: audio, times: $0) }
        let clock = ContinuousClock()
        let start = clock.now
        var alignment = try aligner.align(score, audio: excerpt?.path ?? audio, progress: progress)
        if let times { alignment = alignment.delayed(by: max(times.lowerBound, 0)) }
        let result = Result(alignment: alignment, score: score, elapsed: (clock.now - start) / .seconds(1))
        try found(result)
        let isRejected = alignment.verdict.grade == .rejected && !isForced
        let origin = AlignmentDocument.Origin(
            score: self.score, audio: audio, method: aligner.name, parameters: parameters)
        try (isRejected ? outputs.forInspection : outputs).write(alignment, of: score, origin: origin)
        if isRejected {
            let reason = alignment.verdict.reason
            throw AlignmentError.mismatch(
                score: self.score, audio: audio, reason: reason.hasSuffix(".") ? String(reason.dropLast()) : reason)
        }
        return result
    }
}
