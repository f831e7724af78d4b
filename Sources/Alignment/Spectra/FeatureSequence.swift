import Music
import Sound
import Synthesis

/// Feature vectors of equal length at a constant rate: the input of an alignment.
public struct FeatureSequence: Sendable, Equatable {
    /// Values per vector; at least 1.
    public let dimensions: Int
    /// Vectors per second.
    public let rate: Double
    /// `count * dimensions` finite values, vector by vector.
    public private(set) var values: [Float]

    /// - Parameter values: vector by vector; an incomplete last vector is discarded.
    public init(dimensions: Int, rate: Double, values: [Float]) {
        self.dimensions = max(1, dimensions)
        self.rate = rate
        self.values = values
        self.values.removeLast(values.count % self.dimensions)
    }

    /// Number of vectors.
    public var count: Int { values.count / dimensions }

    public subscript(index: Int) -> ArraySlice<Float> {
        values[index * dimensions..<(index + 1) * dimensions]
    }

    /// The time of a vector in seconds.
    public func time(of index: Int) -> Double { Double(index) / rate }
}

extension SpectrogramBuilder {
    /// Appends a whole recording, block by block.
    ///
    /// - Parameters:
    ///   - path: a file of any sample rate and channel count.
    ///   - progress: receives the number of seconds read so far. An error that it throws aborts the work.
    /// - Throws: `SoundError`, and any error thrown by `progress`.
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

    /// Appends synthesised notes, block by block.
    ///
    /// - Parameter progress: receives the number of seconds synthesised so far. An error that it throws aborts the
    ///   work.
    /// - Throws: `AlignmentError.badParameter` if the sample rate is not 44.1 kHz, `SynthesisError`, and any error
    ///   thrown by `progress`.
    public func append(
        _ notes: [Note], playedBy synthesizer: ScoreSynthesizer, progress: (Double) throws -> Void = { _ in }
    ) throws {
        guard parameters.sampleRate == Double(Synthesizer.rate) else {
            throw AlignmentError.badParameter(
                "Scores are synthesised at 44100 Hz; \(parameters.sampleRate) Hz is not supported")
        }
        try synthesizer.render(notes) { block in
            append(block)
            try progress(Double(sampleCount) / parameters.sampleRate)
        }
    }
}

extension FeatureSequence {
    /// Computes the short-time spectra of a recording. Only a block of the audio is in memory at a time.
    ///
    /// - Parameter progress: receives the number of seconds read so far. An error that it throws aborts the work.
    /// - Throws: `AlignmentError.badParameter`, `SoundError`, and any error thrown by `progress`.
    public init(
        audio path: String, parameters: SpectrumParameters, progress: (Double) throws -> Void = { _ in }
    ) throws {
        let builder = try SpectrogramBuilder(parameters)
        try builder.append(audio: path, progress: progress)
        self = builder.finish()
    }

    /// Computes the short-time spectra of a signal in memory.
    ///
    /// - Throws: `AlignmentError.badParameter`, `SoundError.invalidParameter`.
    public init(samples: [Float], parameters: SpectrumParameters) throws {
        let builder = try SpectrogramBuilder(parameters)
        builder.append(samples.span)
        self = builder.finish()
    }

    /// Computes the short-time spectra of synthesised notes.
    ///
    /// - Parameter progress: receives the number of seconds synthesised so far. An error that it throws aborts the
    ///   work.
    /// - Throws: `AlignmentError.badParameter`, `SynthesisError`, and any error thrown by `progress`.
    public init(
        _ notes: [Note], playedBy synthesizer: ScoreSynthesizer, parameters: SpectrumParameters,
        progress: (Double) throws -> Void = { _ in }
    ) throws {
        let builder = try SpectrogramBuilder(parameters)
        try builder.append(notes, playedBy: synthesizer, progress: progress)
        self = builder.finish()
    }
}
