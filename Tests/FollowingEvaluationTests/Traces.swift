import Following
import FollowingEvaluation

/// Synthetic references and traces. A beat is half a second of the score.
enum Traces {
    static func row(
        _ published: Double, beat: Double, state: FollowingState = .following, confidence: Double = 1
    ) -> FollowingTrace.Row {
        .init(
            published: published, beat: beat, scoreSeconds: beat / 2, tempo: 120, state: state, confidence: confidence)
    }

    /// Onsets at the given beats: the first is played at `start`, the others at intervals of half a second.
    static func reference(_ beats: [Double], start: Double = 0.5) -> [FollowingReference.Onset] {
        beats.enumerated().map { index, beat in
            .init(beat: beat, scoreSeconds: beat / 2, seconds: start + Double(index) / 2)
        }
    }

    /// The rows of a perfect follower every 0.1 s, apart from the given errors, states and confidences.
    static func trace(
        _ onsets: [FollowingReference.Onset], end: Double, error: (Double) -> Double = { _ in 0 },
        state: (Double) -> FollowingState = { _ in .following }, confidence: (Double) -> Double = { _ in 1 }
    ) -> [FollowingTrace.Row] {
        stride(from: 1, through: Int(end * 10), by: 1).map { step in
            let time = Double(step) / 10
            let next = onsets.firstIndex { $0.seconds > time } ?? onsets.count
            var beat = onsets[max(0, next - 1)].beat
            if next > 0, next < onsets.count, onsets[next].beat > beat, onsets[next].beat - beat < 4 {
                let (from, to) = (onsets[next - 1], onsets[next])
                beat += (to.beat - from.beat) * (time - from.seconds) / (to.seconds - from.seconds)
            }
            return row(time, beat: beat + 2 * error(time), state: state(time), confidence: confidence(time))
        }
    }
}
