import Music

/// Plays notes of any number of instruments on a soundfont, as one channel of 44.1 kHz that comes in blocks.
///
/// Instruments are the notes' General MIDI programs (the grand piano where they have none); those that the soundfont lacks are
/// played on the piano. Each program has MIDI channels of its own, more than one where the same key is struck again while it is held,
/// as when two violins meet on a note. Events fall on the nearest block of 64 samples, up to 0.73 ms off.
///
/// Memory: the soundfont's samples of the programs that are played, and some blocks of sound. One thread at a time.
public struct ScoreSynthesizer: Sendable {
    /// The sound, apart from the notes.
    public struct Options: Sendable, Hashable {
        /// Room sound, as FluidSynth's own program has it.
        public var hasReverb: Bool
        public var hasChorus: Bool
        /// FluidSynth's gain, 0...10.
        public var gain: Double
        /// Seconds of silence rendered before second 0.
        public var lead: Double
        /// Seconds rendered after the last note's end.
        public var tail: Double
        /// Whether samples are read with straight lines between them: half the work, and a little noise.
        public var isDraft: Bool

        /// By default what FluidSynth's own program does.
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

    /// Samples given at a time, except at the end.
    public static let blockSize = 64 * Synthesizer.blockSize

    public let soundFont: String
    public let options: Options

    /// - Parameter soundFont: a path; see ``SoundFontLibrary/score(_:)`` for a default. Loaded when something is played.
    public init(soundFont path: String, options: Options = Options()) {
        soundFont = path
        self.options = options
    }

    /// Seconds that notes take to play, lead and tail included.
    public func duration(of notes: [Note]) -> Double {
        options.lead + (notes.map(\.end).max() ?? 0) + options.tail
    }

    /// Plays notes.
    ///
    /// - Parameters:
    ///   - notes: in any order; those before second 0 begin there. At most 24 hours are played.
    ///   - body: gets the next samples. What it throws ends the work.
    /// - Throws: `SynthesisError`, and what `body` throws.
    public func render(_ notes: [Note], _ body: (Span<Float>) throws -> Void) throws {
        let plan = ChannelPlan(notes, blockRate: Double(Synthesizer.rate) / Double(Synthesizer.blockSize))
        let synth = try Synthesizer(
            soundFont: soundFont,
            settings: .init(
                gain: options.gain, hasReverb: options.hasReverb, hasChorus: options.hasChorus,
                isDraft: options.isDraft,
                channels: plan.programs.count, loadsOnDemand: true))
        for (channel, program) in plan.programs.enumerated() {
            let isThere = synth.select(.init(bank: 0, program: program), channel: channel)
            if !isThere { _ = synth.select(.init(bank: 0, program: 0), channel: channel) }
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
