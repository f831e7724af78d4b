import Scores

/// Aligns a score with a recording.
public protocol Aligner: Sendable {
    /// The method's name in tables and on command lines, such as "paper".
    var name: String { get }

    /// Finds the time at which each note of a score was played. Blocks the calling thread; may use all processors.
    ///
    /// - Parameters:
    ///   - path: an audio file of any sample rate and channel count.
    ///   - progress: receives the completed fraction of the work, 0...1, on the calling thread. An error that it throws
    ///     aborts the alignment and is rethrown.
    /// - Throws: `AlignmentError`, `SynthesisError`, `SoundError`, and any error thrown by `progress`.
    func align(_ score: Score, audio path: String, progress: (Double) throws -> Void) throws -> ScoreAlignment
}
