import COpenBLAS

/// Matrix products with OpenBLAS, on the calling thread only.
///
/// If a row pitch is smaller than a row, OpenBLAS prints a message and returns without an error. Callers must
/// therefore pass valid pitches.
enum Product {
    /// Stops OpenBLAS from starting its own threads, because the thread team already distributes the work.
    static func useCallingThreadOnly() { openblas_set_num_threads(1) }

    /// The kernel that OpenBLAS selected for this processor, for benchmark reports.
    static var kernelName: String { String(cString: openblas_get_corename()) }

    /// C[m x n] = A[m x k] B[k x n] + beta C. With `transposeA`, A is stored as k x m; with `transposeB`, B is stored
    /// as n x k.
    static func multiply(
        _ m: Int, _ n: Int, _ k: Int, _ a: UnsafePointer<Float>, _ lda: Int, transposeA: Bool = false,
        _ b: UnsafePointer<Float>, _ ldb: Int, transposeB: Bool = false, _ c: UnsafeMutablePointer<Float>, _ ldc: Int,
        beta: Float = 0
    ) {
        cblas_sgemm(
            CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans,
            blasint(m), blasint(n), blasint(k), 1, a, blasint(lda), b, blasint(ldb), beta, c, blasint(ldc))
    }
}
