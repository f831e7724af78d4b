import Foundation
import Sound

/// Magnitudes of the frequency bands of an audio signal at 86 frames a second: the input of the multiscale method.
struct BandLevels: Sendable {
    /// Added to every magnitude before taking logarithms: about 83 dB below the reference level.
    static let floor: Float = 0.01
    /// The magnitude to which the 99th percentile of the frames' loudest bands is normalised.
    static let reference: Float = 150
    static let bands = FrequencyBands(window: window)
    static let window = 2048
    static let hop = 512
    static let parameters = SpectrumParameters(
        window: window, hop: hop, bands: bands, scale: .linear, normalisesPeak: false)
    /// Frames per second.
    static let rate = 44_100.0 / Double(hop)

    /// Normalised magnitudes, frame by frame.
    private(set) var magnitudes: [Float]
    let frameCount: Int
    static var dimensions: Int { bands.count }

    /// - Parameter spectra: linear magnitudes of `bands`.
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
    /// - Parameter progress: receives the fraction of the file that has been read, or 0 if its length is unknown. An
    ///   error that it throws aborts the work.
    /// - Throws: `SoundError`; `AlignmentError.tooShort` for a recording that is shorter than a second or silent.
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

    /// Natural logarithms of the magnitudes plus `floor`.
    func logarithms() -> [Float] {
        magnitudes.map { log(Self.floor + $0) }
    }
}
