import Foundation

/// Exact dynamic time warping of two feature sequences in linear memory.
///
/// Minimises the sum of distances along a path from the first pair of vectors to the last. A step leads to the next row
/// (of the first sequence), the next column (of the second) or both, and all steps have weight 1, as in the paper's
/// equation 1 and in `librosa.sequence.dtw` by default. The path is identical to that of the full O(mn) table: sums
/// along a grid of rows and columns are stored, and the tiles that the path crosses are recomputed from them by the
/// same operations. Ties are broken in favour of the diagonal step, then of the step to the next column.
///
/// Distances are single precision (relative error about 1e-6) and sums double precision: over 200,000 steps, the
/// rounding error of the sums stays below 1e-10 of the total.
///
/// Memory: a copy of the second sequence and about 260 bytes per row and column. Time: O(mn); each cell is computed
/// about 1.1 times.
public struct ExactWarping: Sendable {
    public var norm: Norm
    /// Number of threads, at least 1.
    public var threads: Int

    public init(norm: Norm = .l2, threads: Int = ProcessInfo.processInfo.activeProcessorCount) {
        self.norm = norm
        self.threads = max(1, threads)
    }

    /// The path of minimum cost. Rows are vectors of `first`, columns vectors of `second`.
    ///
    /// - Parameter progress: receives the completed fraction of the work, on the calling thread. An error that it
    ///   throws aborts the work.
    /// - Throws: `AlignmentError.badParameter` for an empty sequence or different dimensions, and any error thrown by
    ///   `progress`.
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
