import Scores

/// A method of aligning a score with a recording.
public protocol Aligner: Sendable {
    /// As ``method`` in tables and on command lines, such as "paper".
    var name: String { get }

    /// Finds when each note of a score was played. Blocks; may use all processors.
    ///
    /// - Parameters:
    ///   - path: of an audio file of any rate and number of channels.
    ///   - progress: told the share of the work that is done, 0...1, on the calling thread. What it throws ends the work and is
    ///     thrown on.
    /// - Throws: `AlignmentError`, `SynthesisError`, `SoundError`, and what `progress` throws.
    func align(_ score: Score, audio path: String, progress: (Double) throws -> Void) throws -> ScoreAlignment
}
