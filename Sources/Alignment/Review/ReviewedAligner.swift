import Scores
import Synthesis

/// Any method, followed by a review: confidences, measures, suspicions and verdict.
public struct ReviewedAligner: Aligner {
    private let base: any Aligner
    private let soundFont: String

    public var name: String { base.name }

    /// - Parameter soundFont: a path or the name of an installed one; nil for the best that is installed.
    /// - Throws: `AlignmentError.noSoundFont`.
    public init(_ base: any Aligner, soundFont: String? = nil) throws(AlignmentError) {
        guard let path = SoundFontLibrary().score(soundFont) else { throw .noSoundFont }
        self.base = base
        self.soundFont = path
    }

    public func align(_ score: Score, audio path: String, progress: (Double) throws -> Void) throws -> ScoreAlignment {
        let alignment = try base.align(score, audio: path) { try progress(0.9 * $0) }
        let levels = try BandLevels(audio: path) { _ in try progress(0.92) }
        let reviewer = Reviewer(score: score, player: TimelinePlayer(soundFont: soundFont))
        return try reviewer.review(alignment, with: levels)
    }
}
