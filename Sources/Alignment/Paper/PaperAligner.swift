import Foundation
import Scores
import Sound
import Synthesis

/// The method of the paper (section 3): the score is synthesised, both signals are converted to log-spectrograms, and
/// exact dynamic time warping of their lowest bins aligns them.
///
/// The whole score is assumed to be played once, from its first note to its last. The path cannot jump, so it is wrong
/// near omissions and extra repeats. The synthesised score has two seconds of silence at either end, which silence in
/// the recording can match; otherwise that silence could match nothing but the first note. All confidences are 1.
public struct PaperAligner: Aligner {
    public var name: String { "paper" }

    public var spectra: SpectrumParameters
    public var norm: Norm
    /// Reverb and other options of the synthesiser, and the silence before and after the score.
    public var sound: ScoreSynthesizer.Options
    /// A path or the name of an installed soundfont; nil for the best one installed.
    public var soundFont: String?
    public var threads: Int

    /// The defaults are the paper's parameters.
    public init(
        spectra: SpectrumParameters = SpectrumParameters(), norm: Norm = .l2,
        sound: ScoreSynthesizer.Options = ScoreSynthesizer.Options(lead: 2), soundFont: String? = nil,
        threads: Int = ProcessInfo.processInfo.activeProcessorCount
    ) {
        self.spectra = spectra
        self.norm = norm
        self.sound = sound
        self.soundFont = soundFont
        self.threads = threads
    }

    /// - Throws: as ``Aligner`` documents; `AlignmentError.tooShort` for a silent recording or one shorter than a
    ///   window.
    public func align(
        _ score: Score, audio path: String, progress: (Double) throws -> Void = { _ in }
    ) throws -> ScoreAlignment {
        let features = try features(score, audio: path) { try progress(0.5 * $0) }
        let warping = ExactWarping(norm: norm, threads: threads)
        let warpingPath = try warping.path(features.score, features.recording) { try progress(0.5 + 0.5 * $0) }
        let anchors = anchors(score, features, warpingPath.firstColumns)
        return ScoreAlignment(of: score, along: [.init(anchors: anchors)], duration: features.duration)
    }

    /// Anchors at the first column of each feature vector of the score, and at the first and last moment of the music.
    private func anchors(
        _ score: Score, _ features: Features, _ firstColumns: [Int]
    ) -> [ScoreAlignment.Anchor] {
        /// Interpolates linearly between vectors.
        func time(_ second: Double) -> Double {
            let position = min(max(0, (second + sound.lead) * features.score.rate), Double(firstColumns.count - 1))
            let index = min(Int(position), firstColumns.count - 1)
            let next = min(index + 1, firstColumns.count - 1)
            let column =
                Double(firstColumns[index])
                + (position - Double(index)) * Double(firstColumns[next] - firstColumns[index])
            return min(column / features.recording.rate, features.duration)
        }
        let end = score.performed().map(\.end).max() ?? 0
        let inner = features.score.times.map { $0 - sound.lead }.filter { $0 > 0 && $0 < end }
        let seconds = [0] + inner + [max(end, 0.01)]
        return seconds.map { .init(beat: score.tempo.beat(atSeconds: $0), time: time($0)) }
    }

    /// The features that are compared.
    public struct Features: Sendable {
        /// Features of the synthesised score, which begins at the synthesiser's `lead`.
        public var score: FeatureSequence
        public var recording: FeatureSequence
        /// Duration of the recording in seconds.
        public var duration: Double
    }

    /// Computes the features of the synthesised score and of the recording.
    ///
    /// - Parameter progress: receives the completed fraction.
    /// - Throws: as ``align(_:audio:progress:)``.
    public func features(
        _ score: Score, audio path: String, progress: (Double) throws -> Void = { _ in }
    ) throws -> Features {
        try spectra.validate()
        let synthesizer = ScoreSynthesizer(soundFont: try SoundFontLibrary.path(soundFont), options: sound)
        let builder = try SpectrogramBuilder(spectra)
        let reader = try AudioFileReader(path: path, rate: spectra.sampleRate)
        let seconds = max(1, Double(reader.expectedCount ?? 0) / spectra.sampleRate)
        let synthesis = ScoreSpectra(score.performed(), playedBy: synthesizer, parameters: spectra)
        do {
            // Synthesis takes longer than reading, so it determines the progress.
            try builder.append(audio: path) { try progress(min(synthesis.fraction, $0 / seconds)) }
            try Self.check(builder, path: path)
            let recording = builder.finish()
            let duration = Double(builder.sampleCount) / spectra.sampleRate
            let score = try synthesis.wait(progress: progress)
            return Features(score: score, recording: recording, duration: duration)
        } catch {
            synthesis.cancel()
            throw error
        }
    }

    private static func check(_ builder: SpectrogramBuilder, path: String) throws(AlignmentError) {
        guard builder.peak > 0 else { throw .tooShort(path: path, reason: "it is silent") }
        guard builder.sampleCount > builder.parameters.window else {
            throw .tooShort(path: path, reason: "it has only \(builder.sampleCount) samples")
        }
    }
}

extension FeatureSequence {
    /// The times of the vectors in seconds.
    var times: [Double] { (0..<count).map(time(of:)) }
}

extension SoundFontLibrary {
    /// The path of the soundfont used to synthesise scores.
    ///
    /// - Throws: `AlignmentError.noSoundFont`, `SynthesisError.missingSoundFont`.
    static func path(_ name: String?) throws -> String {
        if let path = SoundFontLibrary().score(name) { return path }
        if let name { throw SynthesisError.missingSoundFont(path: name) }
        throw AlignmentError.noSoundFont
    }
}
