import Alignment
import Scores

/// Evaluates alignment methods on pairs with known onset times.
public struct AlignmentStudy: Sendable {
    public var pairs: [StudyPair]
    public var variants: [StudyVariant]
    /// File that stores results between runs; nil to disable.
    public var cache: String?

    public init(pairs: [StudyPair], variants: [StudyVariant], cache: String? = nil) {
        self.pairs = pairs
        self.variants = variants
        self.cache = cache
    }

    /// Computes all results that are not in the cache. Blocks the calling thread.
    ///
    /// - Parameter progress: receives the number of completed alignments, with fractions, and a label of the current
    ///   one. An error that it throws aborts the work.
    /// - Returns: for each variant, the results of all pairs.
    /// - Throws: `AlignmentError`, `ScoreError`, and any error thrown by an aligner or by `progress`.
    public func run(progress: (Double, String) throws -> Void = { _, _ in }) throws -> [[StudyResult]] {
        var cache = try cache.map { path throws(AlignmentError) in try StudyCache(path: path) }
        var done = 0.0
        var results = [[StudyResult]](repeating: [], count: variants.count)
        for pair in pairs {
            let score = try Score(path: pair.score)
            let reference = try OnsetReference(path: pair.reference)
            for (index, variant) in variants.enumerated() {
                let label = "\(pair.name): \((variant.method + " " + variant.settings.joined(separator: " ")))"
                try progress(done, label)
                if let known = cache?.result(variant, pair) {
                    results[index].append(known)
                } else {
                    let clock = ContinuousClock()
                    let start = clock.now
                    let alignment = try variant.aligner.align(score, audio: pair.audio) { share in
                        try progress(done + share, label)
                    }
                    let result = StudyResult(
                        variant: variant, pair: pair,
                        errors: AlignmentErrors(of: alignment, score, against: reference),
                        seconds: (clock.now - start) / .seconds(1), duration: alignment.duration)
                    try cache?.append(result)
                    results[index].append(result)
                }
                done += 1
            }
        }
        try progress(done, "")
        return results
    }
}
