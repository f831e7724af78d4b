import Synchronization

/// A cache of loaded soundfonts and their measured attack lags. Thread-safe.
///
/// FluidSynth's voices retain traces of earlier notes, so each clip needs its own synthesiser. FluidSynth shares a
/// soundfont's samples between instances while at least one exists; the cache keeps that instance.
public final class SoundFontShelf: Sendable {
    // Never played, so any thread may hold it.
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

    /// The presets of the soundfont at this path, which is loaded and cached.
    public func presets(_ path: String) throws(SynthesisError) -> Set<Synthesizer.Preset> {
        // Hold the lock while loading: decoding a compressed soundfont takes seconds and should happen only once.
        try kept.withLock { (kept) throws(SynthesisError) in
            if let known = kept[path] { return known.synthesizer.presets }
            let loaded = Kept(synthesizer: try Synthesizer(soundFont: path))
            kept[path] = loaded
            return loaded.synthesizer.presets
        }
    }

    /// The attack lags of a program in bank 0 at a threshold; measured on first use and cached.
    public func attackLag(
        _ path: String, program: Int, threshold: Float = AttackLag.threshold
    ) throws(SynthesisError) -> AttackLag {
        let patch = Patch(path: path, program: program, threshold: threshold)
        if let known = lags.withLock({ $0[patch] }) { return known }
        // If two threads measure the same patch, they get the same result.
        let measured = AttackLag(
            of: .init(bank: 0, program: program), on: try synthesizer(path), threshold: threshold)
        lags.withLock { $0[patch] = measured }
        return measured
    }
}
