import Foundation

/// Moves each event to the time at which the recording rises as the synthesised score does, in steps of 3 ms.
///
/// The rises around an event in the synthesised score are compared with those around each candidate time in the
/// recording (a normalised correlation). Dynamic programming over all events balances this similarity against changes
/// of the intervals between events.
struct OnsetRefinement {
    /// Frames compared before and after an event.
    private static let context = (before: 2, after: 3)
    /// Largest displacement of an event in seconds.
    static let reach = 0.1
    /// Candidate times per frame.
    private static let subdivision = 4
    /// The cost of changing the interval between two events, per relative change.
    private static let tempoPenalty = 1.0
    /// Added to each interval, in seconds, before its relative change is computed.
    private static let softening = 0.05
    /// The cost of moving an event, per squared second.
    private static let movePenalty = 60.0

    /// New times of all events, in seconds.
    ///
    /// - Parameters:
    ///   - played: the events' times in `score`, in seconds.
    ///   - times: the events' estimated times in `recording`, in seconds.
    ///   - score: combined features of the synthesised score.
    ///   - recording: combined features of the recording.
    static func refine(
        played: [Double], times: [Double], score: FeatureSequence, recording: FeatureSequence
    ) -> [Double] {
        guard !times.isEmpty else { return [] }
        let step = 1 / (score.rate * Double(subdivision))
        let candidates = Int(reach / step)
        let width = 2 * candidates + 1
        var similarity = [Float](repeating: 0, count: times.count * width)
        var bases = [Double](repeating: 0, count: times.count)
        for event in times.indices {
            let frame = Int((times[event] * score.rate).rounded())
            let from = Int((played[event] * score.rate).rounded())
            bases[event] = Double(frame - from) / score.rate + played[event]
            let row = similarities(around: frame, of: from, candidates, score: score, recording: recording)
            similarity.replaceSubrange(event * width..<(event + 1) * width, with: row)
        }
        let chosen = choose(similarity, bases: bases, step: step, width: width)
        return times.indices.map { bases[$0] + Double(chosen[$0] - candidates) * step }
    }

    /// The similarity at each candidate time, by cubic interpolation between frames.
    private static func similarities(
        around frame: Int, of scoreFrame: Int, _ candidates: Int, score: FeatureSequence, recording: FeatureSequence
    ) -> [Float] {
        let bands = score.dimensions / 2
        let reachFrames = candidates / subdivision + 3
        func rises(_ sequence: FeatureSequence, _ index: Int, _ body: (UnsafeBufferPointer<Float>) -> Void) {
            let index = min(max(index, 0), sequence.count - 1)
            sequence.values.withUnsafeBufferPointer { values in
                let start = index * sequence.dimensions + bands
                body(UnsafeBufferPointer(rebasing: values[start..<start + bands]))
            }
        }
        var whole = [Float](repeating: 0, count: 2 * reachFrames + 1)
        var norm: Float = 0
        var energies = [Float](repeating: 0, count: whole.count)
        for offset in -context.before...context.after {
            rises(score, scoreFrame + offset) { mine in
                for value in mine { norm += value * value }
                for index in whole.indices {
                    rises(recording, frame + index - reachFrames + offset) { theirs in
                        var product: Float = 0
                        var energy: Float = 0
                        for band in 0..<bands {
                            product += mine[band] * theirs[band]
                            energy += theirs[band] * theirs[band]
                        }
                        whole[index] += product
                        energies[index] += energy
                    }
                }
            }
        }
        let length = norm.squareRoot() + 1e-6
        // Weak rises, such as those of noise, are no evidence, however similar.
        for index in whole.indices { whole[index] /= length * (energies[index].squareRoot() + 0.3 * length) }
        return (-candidates...candidates).map { candidate in
            let position = Double(candidate) / Double(subdivision) + Double(reachFrames)
            let index = min(max(Int(position.rounded(.down)), 1), whole.count - 3)
            let t = Float(position - Double(index))
            let (a, b, c, d) = (whole[index - 1], whole[index], whole[index + 1], whole[index + 2])
            return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))
        }
    }

    /// The similarity of the rises at each time: the maximum within 25 ms (`here`) and within `reach` (`best`), both
    /// 0...1. The sequences share one time axis.
    static func similarities(
        at times: [Double], score: FeatureSequence, recording: FeatureSequence
    ) -> [(here: Double, best: Double)] {
        let candidates = Int(reach * score.rate * Double(subdivision))
        let near = Int(0.025 * score.rate * Double(subdivision))
        return times.map { time in
            let frame = Int((time * score.rate).rounded())
            let row = similarities(around: frame, of: frame, candidates, score: score, recording: recording)
            let here = row[candidates - near...candidates + near].max() ?? 0
            return (Double(min(max(here, 0), 1)), Double(min(max(row.max() ?? 0, 0), 1)))
        }
    }

    private static func choose(_ similarity: [Float], bases: [Double], step: Double, width: Int) -> [Int] {
        let candidates = (width - 1) / 2
        let moves = (0..<width).map { Float(movePenalty * pow(Double($0 - candidates) * step, 2)) }
        var sums = (0..<width).map { moves[$0] - similarity[$0] }
        var before = [Int16](repeating: 0, count: bases.count * width)
        for event in bases.indices.dropFirst() {
            let gap = bases[event] - bases[event - 1]
            let penalty = Float(tempoPenalty * step / (max(gap, 0) + softening))
            let minimumStep = Int(((PlayedTimeline.minimumGap - gap) / step).rounded(.up))
            var next = [Float](repeating: .infinity, count: width)
            for candidate in 0..<width {
                var best = Float.infinity
                var from = candidate
                for earlier in 0..<width where candidate - earlier >= minimumStep {
                    let sum = sums[earlier] + penalty * Float(abs(candidate - earlier))
                    if sum < best { (best, from) = (sum, earlier) }
                }
                next[candidate] = best + moves[candidate] - similarity[event * width + candidate]
                before[event * width + candidate] = Int16(from)
            }
            sums = next
        }
        var candidate = sums.indices.min { sums[$0] < sums[$1] } ?? candidates
        var chosen = [Int](repeating: candidates, count: bases.count)
        for event in bases.indices.reversed() {
            chosen[event] = candidate
            candidate = Int(before[event * width + candidate])
        }
        return chosen
    }
}
