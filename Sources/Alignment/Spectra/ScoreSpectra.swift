import Dispatch
import Music
import Synchronization
import Synthesis

/// Synthesises a score and computes its spectra on another thread while the caller reads the recording.
final class ScoreSpectra: Sendable {
    private struct Cancelled: Error {}

    private let group = DispatchGroup()
    private let outcome = Mutex<Result<FeatureSequence, any Error>?>(nil)
    private let isCancelled = Atomic<Bool>(false)
    private let thousandths = Atomic<Int>(0)

    /// Starts immediately.
    init(_ notes: [Note], playedBy synthesizer: ScoreSynthesizer, parameters: SpectrumParameters) {
        let duration = max(synthesizer.duration(of: notes), 1)
        DispatchQueue.global().async(group: group) {
            let result = Result {
                try FeatureSequence(notes, playedBy: synthesizer, parameters: parameters) { seconds in
                    if self.isCancelled.load(ordering: .relaxed) { throw Cancelled() }
                    self.thousandths.store(Int(1000 * min(1, seconds / duration)), ordering: .relaxed)
                }
            }
            self.outcome.withLock { $0 = result }
        }
    }

    /// The completed fraction, 0...1.
    var fraction: Double { Double(thousandths.load(ordering: .relaxed)) / 1000 }

    /// Cancels the work and blocks until the thread has stopped.
    func cancel() {
        isCancelled.store(true, ordering: .relaxed)
        group.wait()
    }

    /// Blocks until the spectra are complete.
    ///
    /// - Parameter progress: called several times a second with the completed fraction. An error that it throws ends
    ///   the wait.
    /// - Throws: `AlignmentError`, `SynthesisError`, and any error thrown by `progress`.
    func wait(progress: (Double) throws -> Void) throws -> FeatureSequence {
        while group.wait(timeout: .now() + 0.1) == .timedOut { try progress(fraction) }
        switch outcome.withLock({ $0 }) {
        case .success(let sequence): return sequence
        case .failure(let error): throw error
        case nil: throw Cancelled()
        }
    }
}
