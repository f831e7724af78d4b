import Synchronization

/// The soundfonts of a run: keeps them loaded, and remembers the attack lags measured on them. Safe to use from several
/// threads.
///
/// FluidSynth's voices keep a trace of what they played before, so every clip gets a synthesiser of its own; FluidSynth shares the
/// samples among them for as long as one lives, and that is the one kept here.
public final class SoundFontShelf: Sendable {
    // Never played on, so that it doesn't matter which thread holds it.
    private struct Kept: @unchecked Sendable {
        var synthesizer: Synthesizer
    }

    private struct Patch: Hashable {
        var path: String
        var program: Int
        var threshold: Float
    }

    private let kept = Mutex<[String: Kept]>([:])
    private let lags = Mutex<[Patch: AttackLag]>([:])

    public init() {}

    /// A fresh synthesiser with the soundfont of this path.
    ///
    /// - Throws: `SynthesisError`.
    public func synthesizer(_ path: String) throws(SynthesisError) -> Synthesizer {
        _ = try presets(path)
        return try Synthesizer(soundFont: path)
    }

    /// What the soundfont of this path has; loads and keeps it.
    public func presets(_ path: String) throws(SynthesisError) -> Set<Synthesizer.Preset> {
        // Decoding a compressed soundfont takes seconds, and must not be done twice at the same time.
        try kept.withLock { (kept) throws(SynthesisError) in
            if let known = kept[path] { return known.synthesizer.presets }
            let loaded = Kept(synthesizer: try Synthesizer(soundFont: path))
            kept[path] = loaded
            return loaded.synthesizer.presets
        }
    }

    /// The attack lags of a program of bank 0 by a threshold; measured when first asked for.
    public func attackLag(
        _ path: String, program: Int, threshold: Float = AttackLag.threshold
    ) throws(SynthesisError) -> AttackLag {
        let patch = Patch(path: path, program: program, threshold: threshold)
        if let known = lags.withLock({ $0[patch] }) { return known }
        // Two threads may measure the same patch: both find the same.
        let measured = AttackLag(
            of: .init(bank: 0, program: program), on: try synthesizer(path), threshold: threshold)
        lags.withLock { $0[patch] = measured }
        return measured
    }
}
