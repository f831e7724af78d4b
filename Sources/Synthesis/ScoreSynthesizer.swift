import Music

/// Renders notes of any number of instruments with a soundfont, as mono audio at 44.1 kHz in blocks.
///
/// A note's instrument is its General MIDI program, or the grand piano if it has none or the soundfont lacks its
/// program. Each program has its own MIDI channels, more than one if a key is struck again while held, as when two
/// violins play the same note. Events are rounded to blocks of 64 samples, an error of at most 0.73 ms.
///
/// Memory: the soundfont's samples of the programs in use, and a few blocks of audio. Not thread-safe.
public struct ScoreSynthesizer: Sendable {
    /// Rendering options that do not depend on the notes.
    public struct Options: Sendable, Hashable {
        /// Reverberation with the settings of FluidSynth's command-line program.
        public var hasReverb: Bool
        public var hasChorus: Bool
        /// FluidSynth's gain, 0...10.
        public var gain: Double
        /// Seconds of silence before time 0.
        public var lead: Double
        /// Seconds rendered after the end of the last note.
        public var tail: Double
        /// Whether to interpolate samples linearly, which halves the work and adds a little noise.
        public var isDraft: Bool

        /// The defaults are those of FluidSynth's command-line program.
        public init(
            hasReverb: Bool = true, hasChorus: Bool = true, gain: Double = 0.6, lead: Double = 0, tail: Double = 2,
            isDraft: Bool = false
        ) {
            self.hasReverb = hasReverb
            self.hasChorus = hasChorus
            self.gain = gain
            self.lead = lead
            self.tail = tail
            self.isDraft = isDraft
        }
    }

    /// The number of samples per block; the last block may be shorter.
    public static let blockSize = 64 * Synthesizer.blockSize

    public let soundFont: String
    public let options: Options

    /// - Parameter soundFont: a path; see ``SoundFontLibrary/score(_:)`` for a default. Loaded when notes are rendered.
    public init(soundFont path: String, options: Options = Options()) {
        soundFont = path
        self.options = options
    }

    /// The duration of the rendered audio in seconds, including lead and tail.
    public func duration(of notes: [Note]) -> Double {
        options.lead + (notes.map(\.end).max() ?? 0) + options.tail
    }

    /// Renders notes.
    ///
    /// - Parameters:
    ///   - notes: in any order; a note before time 0 starts at 0. At most 24 hours are rendered.
    ///   - body: receives the next samples. An error that it throws ends rendering.
    /// - Throws: `SynthesisError`, or the error of `body`.
    public func render(_ notes: [Note], _ body: (Span<Float>) throws -> Void) throws {
        let plan = ChannelPlan(notes, blockRate: Double(Synthesizer.rate) / Double(Synthesizer.blockSize))
        let synth = try Synthesizer(
            soundFont: soundFont,
            settings: .init(
                gain: options.gain, hasReverb: options.hasReverb, hasChorus: options.hasChorus,
                isDraft: options.isDraft,
                channels: plan.programs.count, loadsOnDemand: true))
        for (channel, program) in plan.programs.enumerated() {
            let isAvailable = synth.select(.init(bank: 0, program: program), channel: channel)
            if !isAvailable { _ = synth.select(.init(bank: 0, program: 0), channel: channel) }
        }
        let blockRate = Double(Synthesizer.rate) / Double(Synthesizer.blockSize)
        let lead = Int((min(max(0, options.lead), 3600) * blockRate).rounded())
        let tail = Int((min(max(0, options.tail), 3600) * blockRate).rounded(.up))
        let end = lead + (plan.events.last?.block ?? 0) + tail
        var samples = [Float](repeating: 0, count: Self.blockSize)
        var scratch: [Float] = []
        var filled = 0
        var events = plan.events[...]
        var block = 0
        while block < end {
            while let event = events.first, lead + event.block <= block {
                if event.isOn {
                    synth.noteOn(channel: event.channel, key: event.key, velocity: event.velocity)
                } else {
                    synth.noteOff(channel: event.channel, key: event.key)
                }
                events.removeFirst()
            }
            let next = min(events.first.map { lead + $0.block } ?? end, end)
            let count = min(next - block, Self.blockSize / Synthesizer.blockSize - filled)
            samples.withUnsafeMutableBufferPointer { buffer in
                let rest = UnsafeMutableBufferPointer(rebasing: buffer[(filled * Synthesizer.blockSize)...])
                synth.render(blocks: count, into: rest, scratch: &scratch)
            }
            filled += count
            block += count
            if filled * Synthesizer.blockSize == Self.blockSize {
                try body(samples.span)
                filled = 0
            }
        }
        if filled > 0 { try body(samples.span.extracting(first: filled * Synthesizer.blockSize)) }
    }
}
