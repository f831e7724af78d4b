import Foundation
import Scores
import Sound
import Synthesis

/// The paper's method (section 3): the score is played by a synthesiser, both sounds become log-spectrograms, and exact dynamic time
/// warping of their lowest bins says when each moment of the score was played.
///
/// The whole score is taken to be played once, from its first note to its last: the path has to bear repeats and cuts, and goes astray
/// there. The score's sound has two seconds of silence before and after it, for the recording's silence to match: without, a
/// recording's silence can only match the first note. Confidences are all 1.
public struct PaperAligner: Aligner {
    public var name: String { "paper" }

    public var spectra: SpectrumParameters
    public var norm: Norm
    /// Room sound and the like of the synthesiser, and silence before and after.
    public var sound: ScoreSynthesizer.Options
    /// A path or the name of an installed file; nil for the best one installed.
    public var soundFont: String?
    public var threads: Int

    /// By default with the paper's parameters.
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

    /// - Throws: besides what ``Aligner`` says, `AlignmentError.tooShort` for a recording without sound.
    public func align(
        _ score: Score, audio path: String, progress: (Double) throws -> Void = { _ in }
    ) throws -> ScoreAlignment {
        let features = try features(score, audio: path) { try progress(0.5 * $0) }
        let warping = ExactWarping(norm: norm, threads: threads)
        let warpingPath = try warping.path(features.score, features.recording) { try progress(0.5 + 0.5 * $0) }
        let anchors = anchors(score, features, warpingPath.firstColumns)
        return ScoreAlignment(of: score, along: [.init(anchors: anchors)], duration: features.duration)
    }

    /// Where each vector of the score's music was first reached, and its first and last moment.
    private func anchors(
        _ score: Score, _ features: Features, _ firstColumns: [Int]
    ) -> [ScoreAlignment.Anchor] {
        /// By interpolation between vectors.
        func time(_ second: Double) -> Double {
            let place = min(max(0, (second + sound.lead) * features.score.rate), Double(firstColumns.count - 1))
            let index = min(Int(place), firstColumns.count - 1)
            let next = min(index + 1, firstColumns.count - 1)
            let column =
                Double(firstColumns[index])
                + (place - Double(index)) * Double(firstColumns[next] - firstColumns[index])
            return min(column / features.recording.rate, features.duration)
        }
        let end = score.performed().map(\.end).max() ?? 0
        let inner = features.score.times.map { $0 - sound.lead }.filter { $0 > 0 && $0 < end }
        let seconds = [0] + inner + [max(end, 0.01)]
        return seconds.map { .init(beat: score.tempo.beat(atSeconds: $0), time: time($0)) }
    }

    /// What is compared.
    public struct Features: Sendable {
        /// Of the sound of the score, whose second 0 comes at the synthesiser's `lead`.
        public var score: FeatureSequence
        public var recording: FeatureSequence
        /// Of the recording, in seconds.
        public var duration: Double
    }

    /// The spectra of both sounds.
    ///
    /// - Parameter progress: told the share that is done.
    /// - Throws: as ``align(_:audio:progress:)``.
    public func features(
        _ score: Score, audio path: String, progress: (Double) throws -> Void = { _ in }
    ) throws -> Features {
        try spectra.validate()
        let synthesizer = ScoreSynthesizer(soundFont: try SoundFontLibrary.path(soundFont), options: sound)
        let builder = try SpectrogramBuilder(spectra)
        let reader = try AudioFileReader(path: path, rate: spectra.sampleRate)
        let seconds = max(1, Double(reader.expectedCount ?? 0) / spectra.sampleRate)
        let played = ScoreSpectra(score.performed(), playedBy: synthesizer, parameters: spectra)
        do {
            // Synthesis takes longer than reading: its progress counts.
            try builder.append(audio: path) { try progress(min(played.share, $0 / seconds)) }
            try Self.check(builder, path: path)
            let recording = builder.finish()
            let duration = Double(builder.sampleCount) / spectra.sampleRate
            let score = try played.wait(progress: progress)
            return Features(score: score, recording: recording, duration: duration)
        } catch {
            played.cancel()
            throw error
        }
    }

    private static func check(_ builder: SpectrogramBuilder, path: String) throws(AlignmentError) {
        guard builder.peak > 0 else { throw .tooShort(path: path, reason: "it is silent") }
        guard builder.sampleCount > builder.parameters.window else {
            throw .tooShort(path: path, reason: "it holds only \(builder.sampleCount) samples")
        }
    }
}

extension FeatureSequence {
    /// The moments that the vectors speak of, in seconds.
    var times: [Double] { (0..<count).map(time(of:)) }
}

extension SoundFontLibrary {
    /// The path of the soundfont to play scores with.
    ///
    /// - Throws: `AlignmentError.noSoundFont`, `SynthesisError.missingSoundFont`.
    static func path(_ name: String?) throws -> String {
        if let path = SoundFontLibrary().score(name) { return path }
        if let name { throw SynthesisError.missingSoundFont(path: name) }
        throw AlignmentError.noSoundFont
    }
}
