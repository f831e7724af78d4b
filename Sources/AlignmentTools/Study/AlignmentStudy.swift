import Alignment
import Scores

/// Aligns pairs whose truth is known by several methods, and says how far each is off.
public struct AlignmentStudy: Sendable {
    public var pairs: [StudyPair]
    public var variants: [StudyVariant]
    /// Where results are kept from one run to the next; nil if they aren't.
    public var cache: String?

    public init(pairs: [StudyPair], variants: [StudyVariant], cache: String? = nil) {
        self.pairs = pairs
        self.variants = variants
        self.cache = cache
    }

    /// Does whatever isn't in the cache. Blocks.
    ///
    /// - Parameter progress: told how many alignments are done (with fractions), and which is being made; what it throws ends the work.
    /// - Returns: for each variant the results of all pairs.
    /// - Throws: `AlignmentError`, `ScoreError`, what aligners throw, and what `progress` throws.
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
