import Music
import Sound
import Synthesis

extension SpectrogramBuilder {
    /// Takes a whole recording, block by block.
    ///
    /// - Parameters:
    ///   - path: of a file of any rate and number of channels.
    ///   - progress: told the seconds read so far; what it throws ends the work.
    /// - Throws: `SoundError`, and what `progress` throws.
    public func append(audio path: String, progress: (Double) throws -> Void = { _ in }) throws {
        let reader = try AudioFileReader(path: path, rate: parameters.sampleRate)
        var block = [Float](repeating: 0, count: 65_536)
        while true {
            var span = block.mutableSpan
            let count = try reader.read(into: &span)
            if count == 0 { return }
            append(block.span.extracting(first: count))
            try progress(Double(sampleCount) / parameters.sampleRate)
        }
    }

    /// Takes the sound of notes, block by block.
    ///
    /// - Parameter progress: told the seconds played so far; what it throws ends the work.
    /// - Throws: `AlignmentError.badParameter` if the spectra are not those of 44.1 kHz, `SynthesisError`, and what `progress` throws.
    public func append(
        _ notes: [Note], playedBy synthesizer: ScoreSynthesizer, progress: (Double) throws -> Void = { _ in }
    ) throws {
        guard parameters.sampleRate == Double(Synthesizer.rate) else {
            throw AlignmentError.badParameter("Scores are played at 44100 Hz, not at \(parameters.sampleRate)")
        }
        try synthesizer.render(notes) { block in
            append(block)
            try progress(Double(sampleCount) / parameters.sampleRate)
        }
    }
}

extension FeatureSequence {
    /// The short-time spectra of a recording: of the sound only a window is in memory at a time.
    ///
    /// - Parameter progress: told the seconds read so far; what it throws ends the work.
    /// - Throws: `AlignmentError.badParameter`, `SoundError`, and what `progress` throws.
    public init(
        audio path: String, parameters: SpectrumParameters, progress: (Double) throws -> Void = { _ in }
    ) throws {
        let builder = try SpectrogramBuilder(parameters)
        try builder.append(audio: path, progress: progress)
        self = builder.finish()
    }

    /// The short-time spectra of a signal in memory.
    ///
    /// - Throws: `AlignmentError.badParameter`, `SoundError.invalidParameter`.
    public init(samples: [Float], parameters: SpectrumParameters) throws {
        let builder = try SpectrogramBuilder(parameters)
        builder.append(samples.span)
        self = builder.finish()
    }

    /// The short-time spectra of notes as a synthesiser plays them.
    ///
    /// - Parameter progress: told the seconds played so far; what it throws ends the work.
    /// - Throws: `AlignmentError.badParameter`, `SynthesisError`, and what `progress` throws.
    public init(
        _ notes: [Note], playedBy synthesizer: ScoreSynthesizer, parameters: SpectrumParameters,
        progress: (Double) throws -> Void = { _ in }
    ) throws {
        let builder = try SpectrogramBuilder(parameters)
        try builder.append(notes, playedBy: synthesizer, progress: progress)
        self = builder.finish()
    }
}
