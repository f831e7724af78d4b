import Foundation
import Sound

/// Says when there is something that could be music: neither silence nor the noise of a room.
///
/// It opens when a hop is loud enough **and** the spectrum around it has a tone that no noise would show
/// (``Tonality``), so noise of any level and colour leaves it closed, also when it begins suddenly, and a chord that is
/// held for minutes leaves it open. It closes when no tone was heard for ``hang`` or the level has fallen
/// ``levelHysteresis`` below the threshold.
///
/// The decision that ``process(_:)`` returns speaks of the label sample, `lookahead` samples behind the newest one: the
/// gate knows what follows, and opens ``anticipation`` before the first tone it is sure of, so as not to cut onsets.
///
/// A pure state machine; allocates nothing after `init`. About 20 microseconds a hop on a core of 2024, next to nothing
/// in silence.
public struct SilenceGate {
    /// Below this level no note begins: RMS of a hop in decibels relative to full scale.
    public var thresholdDBFS: Double

    /// Samples of the spectrum in which tones are looked for.
    static let windowLength = 4096
    /// A tone opens the gate when it stands this many decibels above its surroundings...
    static let openingProminence: Float = 21
    /// ...and keeps it open with this many.
    static let holdingProminence: Float = 15
    /// So does a spectrum whose bins differ by this much more than those of noise would.
    static let openingContrast: Float = 9
    static let holdingContrast: Float = 6
    /// Hops that a tone must be there, at the same place, before the gate opens.
    static let openingHops = 2
    /// Hops without a tone after which the gate closes: dense chords and hard attacks hide their tones for a moment.
    static let hangHops = 20
    /// Hops by which the gate opens before the first tone it was sure of, as far as the lookahead reaches.
    static let anticipationHops = 5
    /// Decibels below the threshold at which an open gate closes.
    static let levelHysteresis = 6.0

    /// The power spectrum around ``analysisCentre``, for whoever needs one too; zeros when the hop was too quiet.
    public private(set) var power: [Float]
    /// Whether ``power`` was computed for the last hop.
    public private(set) var hasPower = false
    /// Samples from the centre of ``power`` to the newest sample.
    public static var analysisCentre: Int { windowLength / 2 }

    private let hop: Int
    private let spectrum: PowerSpectrum
    private var tonality: Tonality
    private var history: [Float]
    private var hopPowers: [Float]
    private var tone = Tonality.Measure()
    private var toneHops = 0
    private var contrastHops = 0
    private var hopsWithoutTone = Self.hangHops
    private var isOpenNow = false
    /// Decisions not yet due, newest first.
    private var decisions: [Bool]
    private let delay: Int

    /// - Parameters:
    ///   - thresholdDBFS: see ``thresholdDBFS``.
    ///   - hop: samples per call of ``process(_:)``.
    ///   - sampleRate: hertz.
    ///   - lookahead: samples between the label sample and the newest sample.
    /// - Throws: `SoundError` where there is no memory for the transform. A gate without it would never open.
    public init(thresholdDBFS: Double, hop: Int, sampleRate: Int, lookahead: Int) throws(SoundError) {
        try self.init(thresholdDBFS: thresholdDBFS, hop: hop, sampleRate: sampleRate, lookahead: lookahead) {
            () throws(SoundError) in try PowerSpectrum(length: Self.windowLength)
        }
    }

    /// - Parameter makeSpectrum: makes the transform of ``windowLength`` samples.
    init(
        thresholdDBFS: Double, hop: Int, sampleRate: Int, lookahead: Int,
        makeSpectrum: () throws(SoundError) -> PowerSpectrum
    ) throws(SoundError) {
        self.thresholdDBFS = thresholdDBFS
        self.hop = max(1, hop)
        spectrum = try makeSpectrum()
        power = [Float](repeating: 0, count: Self.windowLength / 2 + 1)
        tonality = Tonality(
            binCount: Self.windowLength / 2 + 1, binWidth: Double(sampleRate) / Double(Self.windowLength))
        history = [Float](repeating: 0, count: Self.windowLength)
        hopPowers = [Float](repeating: 0, count: max(1, Self.windowLength / max(1, hop)))
        delay = max(0, (lookahead - Self.analysisCentre) / max(1, hop))
        decisions = [Bool](repeating: false, count: delay + 1)
    }

    /// Takes the next hop as it came in and says whether notes may sound at the label sample.
    public mutating func process(_ samples: Span<Float>) -> Bool {
        let level = append(samples)
        hasPower = false
        let decibels = 10 * log10(Double(level) + 1e-20)
        if decibels >= thresholdDBFS - Self.levelHysteresis {
            let (samples, spectrum) = (history, spectrum)
            var target = power.mutableSpan
            spectrum.process(samples.span, into: &target)
            hasPower = true
            update(decibels: decibels)
        } else {
            close()
        }
        for index in stride(from: delay, to: 0, by: -1) { decisions[index] = decisions[index - 1] }
        decisions[0] = isOpenNow
        let earliest = max(0, delay - Self.anticipationHops)
        for index in earliest...delay where decisions[index] { return true }
        return false
    }

    /// Forgets everything heard: the next hop is the first of a new epoch.
    public mutating func reset() {
        for index in history.indices { history[index] = 0 }
        for index in hopPowers.indices { hopPowers[index] = 0 }
        for index in decisions.indices { decisions[index] = false }
        hasPower = false
        close()
    }

    private mutating func close() {
        tone = Tonality.Measure()
        toneHops = 0
        contrastHops = 0
        hopsWithoutTone = Self.hangHops
        isOpenNow = false
    }

    private mutating func update(decibels: Double) {
        let floor = Float(pow(10, (thresholdDBFS - Self.levelHysteresis) / 10))
        let current = power
        let found = tonality.measure(current.span, above: floor)
        let isTone = found.prominence >= Self.openingProminence && isFilled
        toneHops = isTone ? (abs(found.bin - tone.bin) <= 1 ? toneHops + 1 : 1) : 0
        contrastHops = found.contrast >= Self.openingContrast && isFilled ? contrastHops + 1 : 0
        tone = isTone ? found : Tonality.Measure()
        let isHeld = found.prominence >= Self.holdingProminence || found.contrast >= Self.holdingContrast
        hopsWithoutTone = isHeld ? 0 : hopsWithoutTone + 1
        if isOpenNow {
            isOpenNow = hopsWithoutTone < Self.hangHops
        } else {
            isOpenNow = max(toneHops, contrastHops) >= Self.openingHops && decibels >= thresholdDBFS
        }
    }

    /// Whether sound fills enough of the window: in one that noise has just entered, few bins are independent, and
    /// chance peaks are high.
    private var isFilled: Bool {
        var sum: Float = 0
        var squares: Float = 0
        for index in hopPowers.indices {
            sum += hopPowers[index]
            squares += hopPowers[index] * hopPowers[index]
        }
        return sum * sum >= 0.4 * Float(hopPowers.count) * squares
    }

    /// Keeps the last samples and returns the highest mean square of a hop among them.
    private mutating func append(_ samples: Span<Float>) -> Float {
        let count = min(samples.count, history.count)
        let kept = history.count - count
        history.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            base.update(from: base + count, count: kept)
        }
        var sum: Float = 0
        for index in 0..<count {
            let sample = samples[samples.count - count + index]
            let finite = sample.isFinite ? min(max(sample, -1e6), 1e6) : 0
            history[kept + index] = finite
            sum += finite * finite
        }
        for index in stride(from: hopPowers.count - 1, to: 0, by: -1) { hopPowers[index] = hopPowers[index - 1] }
        hopPowers[0] = count > 0 ? sum / Float(count) : 0
        var highest: Float = 0
        for index in hopPowers.indices { highest = max(highest, hopPowers[index]) }
        return highest
    }
}
