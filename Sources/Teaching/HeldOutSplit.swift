import Training

/// Divides examples into a training part and a held-out part for evaluation.
///
/// Each recording is cut into blocks, and every third block is held out. With many scores, every fourth score is held
/// out instead, with all its recordings. No training window reaches into a held-out block, and no evaluation window
/// reaches out of one. The two parts are still not independent: a held-out block is from the same piece and
/// instrument, and music repeats itself.
public struct HeldOutSplit: Sendable, Equatable {
    /// The parts of one example.
    public struct Part: Sendable, Equatable {
        /// Times in which a label may be used for training, in seconds.
        public var training: TimeSpans
        /// Times in which a label may be used for evaluation, in seconds.
        public var heldOut: TimeSpans
    }

    /// One for each example, in the same order.
    public let parts: [Part]
    /// Whether whole scores are held out instead of blocks.
    public let holdsOutPieces: Bool

    /// Nominal duration of a block, in seconds.
    public static let block = 24.0
    /// Number of scores from which whole scores are held out.
    static let manyPieces = 8

    /// - Parameters:
    ///   - examples: in any order.
    ///   - before: audio that a window covers before its label, in seconds, at the strongest time stretching of the
    ///     augmentation.
    ///   - after: audio that it covers after its label, likewise.
    public init(_ examples: [FineTuningExample], before: Double, after: Double) {
        let pieces = Set(examples.map(\.pair.score)).sorted()
        holdsOutPieces = pieces.count >= Self.manyPieces
        var blocks = 0
        parts = examples.map { example in
            if pieces.count >= Self.manyPieces {
                let isHeld = (pieces.firstIndex(of: example.pair.score) ?? 0) % 4 == 1
                return Part(
                    training: isHeld ? TimeSpans() : example.reliable, heldOut: isHeld ? example.reliable : TimeSpans())
            }
            // Blocks are numbered across examples, so that short recordings are held out too.
            let (training, held) = Self.blocks(of: example, counted: &blocks)
            return Part(
                training: example.reliable.intersection(training.inset(start: before, end: after)),
                heldOut: example.reliable.intersection(held.inset(start: before, end: after)))
        }
    }

    private static func blocks(of example: FineTuningExample, counted: inout Int) -> (
        training: TimeSpans, held: TimeSpans
    ) {
        guard let first = example.reliable.ranges.first, let last = example.reliable.ranges.last else {
            return (TimeSpans(), TimeSpans())
        }
        let (start, end) = (first.lowerBound, last.upperBound)
        let count = max(1, Int(((end - start) / block).rounded()))
        let length = (end - start) / Double(count)
        var training: [(start: Double, end: Double)] = []
        var held: [(start: Double, end: Double)] = []
        for index in 0..<count {
            // The outermost blocks extend beyond the music, so that only inner boundaries cut training time off.
            let low = index == 0 ? start - block : start + Double(index) * length
            let high = index == count - 1 ? end + block : start + Double(index + 1) * length
            if counted % 3 == 1 { held.append((low, high)) } else { training.append((low, high)) }
            counted += 1
        }
        return (TimeSpans(from: training), TimeSpans(from: held))
    }

    /// Total duration of the training parts and of the held-out parts, in seconds.
    public var seconds: (training: Double, heldOut: Double) {
        parts.reduce((0, 0)) { ($0.0 + $1.training.duration, $0.1 + $1.heldOut.duration) }
    }
}
