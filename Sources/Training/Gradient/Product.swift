import COpenBLAS

/// Matrix products by OpenBLAS, on the calling thread alone.
///
/// OpenBLAS answers a row pitch that is too small by printing and returning: pitches here are never smaller than rows.
enum Product {
    /// Our own threads share out the work; OpenBLAS must not start more.
    static func useCallingThreadOnly() { openblas_set_num_threads(1) }

    /// The kernel OpenBLAS chose for this processor, for benchmarks to report.
    static var kernelName: String { String(cString: openblas_get_corename()) }

    /// C[m x n] = A[m x k] B[k x n] + beta C; `transposeA`: A is stored k x m; `transposeB`: B is stored n x k.
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
