import Alignment
import Foundation
import Scores

/// One score and one recording, from the files to the results.
public struct AlignmentJob: Sendable {
    /// What came out.
    public struct Result: Sendable {
        public var alignment: ScoreAlignment
        public var score: Score
        /// Seconds the alignment took, without reading the score and writing the results.
        public var elapsed: Double
    }

    public var score: String
    public var audio: String
    /// Seconds of the recording to look at; nil for all of it.
    public var times: Range<Double>?
    public var aligner: any Aligner
    /// For JSON.
    public var parameters: [String: AlignmentDocument.Setting]
    public var outputs: AlignmentOutputs
    /// Whether labels are written though the alignment is rejected.
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

    /// Aligns, and writes the results. Whether they can be written is found out first.
    ///
    /// - Parameters:
    ///   - progress: told the share of the alignment that is done, 0...1; what it throws ends the work.
    ///   - found: told the result before anything is written, also one that is then rejected.
    /// - Throws: `ScoreError`, `SoundError`, `SynthesisError`, `AlignmentError`; of the last, `.mismatch` for an alignment that
    ///   is rejected: plot and mix have then been written, labels, MIDI and JSON not, unless `isForced`.
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
