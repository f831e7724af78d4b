import Foundation
import Sound

/// A sound as logarithmic levels of frequency bands, 86 times a second: what the default method compares.
struct BandLevels: Sendable {
    /// What sounds softer than about 83 dB below the loudest counts as silence.
    static let floor: Float = 0.01
    /// The magnitude that the 99th percentile of the loudest bands is brought to.
    static let reference: Float = 150
    static let bands = FrequencyBands(window: window)
    static let window = 2048
    static let hop = 512
    static let parameters = SpectrumParameters(
        window: window, hop: hop, bands: bands, scale: .linear, normalisesPeak: false)
    /// Frames a second.
    static let rate = 44_100.0 / Double(hop)

    /// Magnitudes, scaled; frame after frame.
    private(set) var magnitudes: [Float]
    let frameCount: Int
    static var dimensions: Int { bands.count }

    /// - Parameter spectra: linear, of the bands above.
    init(_ spectra: FeatureSequence) {
        var magnitudes = spectra.values
        let dimensions = Self.dimensions
        frameCount = magnitudes.count / dimensions
        var loudest: [Float] = []
        loudest.reserveCapacity(frameCount)
        for frame in 0..<frameCount {
            loudest.append(magnitudes[frame * dimensions..<(frame + 1) * dimensions].max() ?? 0)
        }
        loudest.sort()
        let level = loudest.isEmpty ? 0 : loudest[(loudest.count - 1) * 99 / 100]
        if level > 0 {
            let factor = Self.reference / level
            for index in magnitudes.indices { magnitudes[index] *= factor }
        }
        self.magnitudes = magnitudes
    }

    /// The levels of a recording.
    ///
    /// - Parameter progress: told the share that is read, as far as the file says; what it throws ends the work.
    /// - Throws: `SoundError`; `AlignmentError.tooShort` for less than a second, or nothing but silence.
    init(audio path: String, progress: (Double) throws -> Void) throws {
        let reader = try AudioFileReader(path: path)
        let expected = Double(reader.expectedCount ?? 0) / Self.parameters.sampleRate
        let spectra = try FeatureSequence(audio: path, parameters: Self.parameters) { seconds in
            try progress(expected > 0 ? min(1, seconds / expected) : 0)
        }
        self.init(spectra)
        guard duration >= 1 else {
            throw AlignmentError.tooShort(path: path, reason: "it lasts less than a second")
        }
        guard magnitudes.contains(where: { $0 > 0 }) else {
            throw AlignmentError.tooShort(path: path, reason: "it is silent")
        }
    }

    /// Seconds.
    var duration: Double { Double(max(0, frameCount - 1)) / Self.rate }

    /// Logarithms of the magnitudes, with the floor: nepers.
    func logarithms() -> [Float] {
        magnitudes.map { log(Self.floor + $0) }
    }
}
