import Training

/// What of some examples is trained on, and what is held out to judge by.
///
/// Each recording is cut into blocks of time, every third of which is held out; where there are many pieces, every
/// fourth piece is instead, with all its recordings. No window that is trained on reaches into a held-out block, and no
/// window that is judged out of it. That doesn't make the two strangers: held-out blocks are the same piece on the same
/// instrument, and music repeats itself.
public struct HeldOutSplit: Sendable, Equatable {
    /// The part of one example that is for one purpose.
    public struct Part: Sendable, Equatable {
        /// Moments that labels may be asked for, in seconds.
        public var training: TimeSpans
        /// Moments that are judged, in seconds.
        public var heldOut: TimeSpans
    }

    /// One for each example, in their order.
    public let parts: [Part]
    /// Whether whole pieces are held out.
    public let holdsOutPieces: Bool

    /// Seconds of a block.
    public static let block = 24.0
    /// Pieces from which on whole pieces are held out.
    static let manyPieces = 8

    /// - Parameters:
    ///   - examples: in any order.
    ///   - before: seconds of sound that a window takes in before its label, augmentation's stretching included.
    ///   - after: seconds it takes in after it.
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
            // Blocks are counted on from example to example, so that short ones have their turn too.
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
            // Nothing is cut off at the ends of the music but what a block boundary needs.
            let low = index == 0 ? start - block : start + Double(index) * length
            let high = index == count - 1 ? end + block : start + Double(index + 1) * length
            if counted % 3 == 1 { held.append((low, high)) } else { training.append((low, high)) }
            counted += 1
        }
        return (TimeSpans(from: training), TimeSpans(from: held))
    }

    /// Seconds to train on, and seconds to judge by.
    public var seconds: (training: Double, heldOut: Double) {
        parts.reduce((0, 0)) { ($0.0 + $1.training.duration, $0.1 + $1.heldOut.duration) }
    }
}
