import Foundation

/// Exact dynamic time warping of two feature sequences in linear memory.
///
/// Minimises the sum of the distances along a path from the first pair of vectors to the last, in steps to the next row (of the first
/// sequence), the next column (of the second) or both, each counting once: the paper's equation 1 and `librosa.sequence.dtw`'s
/// default. The path is the one that the whole O(mn) table has, bit for bit: sums along a grid of rows and columns are kept, and the
/// tiles that the path crosses are computed again from them, by the same operations. Where predecessors are equal, the step in both
/// directions comes first, then that to the next column.
///
/// Distances are single precision (relative error about 1e-6), their sums double: over 200,000 steps the rounding of the sums stays below
/// 1e-10 of the whole.
///
/// Memory: the second sequence once more, and about 260 bytes for each row and column. Time: O(mn), each cell computed about 1.1
/// times.
public struct ExactWarping: Sendable {
    public var norm: Norm
    /// Threads to share the work, at least 1.
    public var threads: Int

    public init(norm: Norm = .l2, threads: Int = ProcessInfo.processInfo.activeProcessorCount) {
        self.norm = norm
        self.threads = max(1, threads)
    }

    /// The cheapest path; rows are vectors of `first`, columns of `second`.
    ///
    /// - Parameter progress: told the share of the work that is done, on the calling thread. What it throws ends the work.
    /// - Throws: `AlignmentError.badParameter` for an empty sequence or unequal dimensions, and what `progress` throws.
    public func path(
        _ first: FeatureSequence, _ second: FeatureSequence, progress: (Double) throws -> Void = { _ in }
    ) throws -> WarpingPath {
        guard first.dimensions == second.dimensions else {
            throw AlignmentError.badParameter(
                "Vectors of \(first.dimensions) and of \(second.dimensions) values cannot be compared")
        }
        guard first.count > 0, second.count > 0 else {
            throw AlignmentError.badParameter("An empty sequence cannot be aligned")
        }
        guard first.count < Int(Int32.max), second.count < Int(Int32.max) else {
            throw AlignmentError.badParameter("Sequences of more than 2147483647 vectors cannot be aligned")
        }
        let tracer = WarpingTracer(
            problem: WarpingProblem(first, second, norm: norm), threads: threads)
        return try tracer.trace(progress: progress)
    }
}
