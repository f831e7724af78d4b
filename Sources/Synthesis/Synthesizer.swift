import CFluidSynth
import Foundation

/// FluidSynth with one soundfont, rendering to one channel of 44.1 kHz. Its reverb and chorus are off unless asked for.
///
/// FluidSynth acts on events at blocks of 64 samples; so does this type, and says so: `render` takes blocks, and a note
/// that is started between two calls starts exactly with the next block. One thread at a time.
public final class Synthesizer {
    public static let rate = 44_100
    /// Samples in a block.
    public static let blockSize = 64
    /// Number of channels unless others are asked for.
    public static let channels = 16
    /// Blocks until nothing is left of what was silenced.
    private static let settling = 2

    /// A sound of a soundfont.
    public struct Preset: Hashable, Sendable {
        public var bank: Int
        public var program: Int

        public init(bank: Int, program: Int) {
            self.bank = bank
            self.program = program
        }
    }

    /// What cannot be changed later.
    public struct Settings: Hashable, Sendable {
        /// 0...10.
        public var gain: Double
        public var hasReverb: Bool
        public var hasChorus: Bool
        /// Whether samples are read with straight lines between them: half the work, and a little noise.
        public var isDraft: Bool
        /// Each can hold an instrument of its own; 1...256, rounded up to a multiple of 16.
        public var channels: Int
        /// Whether samples are loaded when a preset is selected, instead of all at once.
        public var loadsOnDemand: Bool

        public init(
            gain: Double = 0.5, hasReverb: Bool = false, hasChorus: Bool = false, isDraft: Bool = false,
            channels: Int = Synthesizer.channels,
            loadsOnDemand: Bool = false
        ) {
            self.gain = min(max(gain, 0), 10)
            self.hasReverb = hasReverb
            self.hasChorus = hasChorus
            self.isDraft = isDraft
            self.channels = (min(max(channels, 1), 256) + 15) / 16 * 16
            self.loadsOnDemand = loadsOnDemand
        }
    }

    public let presets: Set<Preset>
    /// Number of channels; each can hold an instrument of its own.
    public let channelCount: Int
    private let fluid: cfluidsynth_functions
    private let settings: OpaquePointer
    private let synth: OpaquePointer
    private let fontID: Int32

    // FluidSynth's loader prints to standard error, for the whole process.
    private static let silenceLog: Void = {
        guard let fluid = try? FluidSynthLibrary.functions() else { return }
        for level in 0..<Int32(LAST_LOG_LEVEL.rawValue) { _ = fluid.fluid_set_log_function(level, nil, nil) }
    }()

    // FluidSynth makes its tables and default modulators with the first instance, and another thread doesn't wait for them: its own
    // instance then plays notes at wrong levels.
    private static let making = NSLock()

    private static func make(_ fluid: cfluidsynth_functions, _ settings: OpaquePointer) -> OpaquePointer? {
        making.withLock { fluid.new_fluid_synth(settings) }
    }

    /// Whether FluidSynth is installed. Loads it.
    public static var isAvailable: Bool { (try? FluidSynthLibrary.functions()) != nil }

    /// Loads a soundfont (FluidSynth shares the samples with other instances in this process).
    ///
    /// - Throws: `SynthesisError`.
    public init(soundFont path: String, settings wanted: Settings = Settings()) throws(SynthesisError) {
        let fluid = try FluidSynthLibrary.functions()
        _ = Self.silenceLog
        guard FileManager.default.isReadableFile(atPath: path) else {
            throw .missingSoundFont(path: path)
        }
        guard let settings = fluid.new_fluid_settings() else { throw .unavailable("no memory") }
        _ = fluid.fluid_settings_setnum(settings, "synth.sample-rate", Double(Self.rate))
        _ = fluid.fluid_settings_setnum(settings, "synth.gain", wanted.gain)
        _ = fluid.fluid_settings_setint(settings, "synth.polyphony", 256)
        _ = fluid.fluid_settings_setint(settings, "synth.midi-channels", Int32(wanted.channels))
        _ = fluid.fluid_settings_setint(settings, "synth.reverb.active", wanted.hasReverb ? 1 : 0)
        _ = fluid.fluid_settings_setint(settings, "synth.chorus.active", wanted.hasChorus ? 1 : 0)
        _ = fluid.fluid_settings_setint(settings, "synth.dynamic-sample-loading", wanted.loadsOnDemand ? 1 : 0)
        _ = fluid.fluid_settings_setint(settings, "synth.lock-memory", 0)
        _ = fluid.fluid_settings_setint(settings, "synth.threadsafe-api", 0)
        guard let synth = Self.make(fluid, settings) else {
            fluid.delete_fluid_settings(settings)
            throw .unavailable("it gives no reason")
        }
        let font = fluid.fluid_synth_sfload(synth, path, 1)
        guard font != FLUID_FAILED, let handle = fluid.fluid_synth_get_sfont_by_id(synth, font) else {
            fluid.delete_fluid_synth(synth)
            fluid.delete_fluid_settings(settings)
            throw .badSoundFont(path: path)
        }
        var presets: Set<Preset> = []
        fluid.fluid_sfont_iteration_start(handle)
        while let preset = fluid.fluid_sfont_iteration_next(handle) {
            let bank = Int(fluid.fluid_preset_get_banknum(preset))
            presets.insert(Preset(bank: bank, program: Int(fluid.fluid_preset_get_num(preset))))
        }
        self.presets = presets
        channelCount = wanted.channels
        self.fluid = fluid
        self.settings = settings
        self.synth = synth
        fontID = font
        if wanted.isDraft { _ = fluid.fluid_synth_set_interp_method(synth, -1, Int32(FLUID_INTERP_LINEAR.rawValue)) }
        makeMelodic()
    }

    deinit {
        fluid.delete_fluid_synth(synth)
        fluid.delete_fluid_settings(settings)
    }

    /// Silences everything and forgets all controllers and programs. A trace of what was played remains (some 30 dB below the next
    /// notes' beginning): where results must repeat, take a new synthesiser.
    public func reset() {
        _ = fluid.fluid_synth_system_reset(synth)
        // In this order: a system reset only releases the keys, and would even undo the silencing. Tails of seconds would sound
        // into whatever comes next.
        _ = fluid.fluid_synth_all_sounds_off(synth, -1)
        makeMelodic()
        // Voices are let go while FluidSynth renders.
        var silence = [Float](repeating: 0, count: Self.settling * Self.blockSize)
        var scratch: [Float] = []
        silence.withUnsafeMutableBufferPointer { render(blocks: Self.settling, into: $0, scratch: &scratch) }
    }

    /// General MIDI makes channel 9 a drum kit.
    private func makeMelodic() {
        for channel in 0..<Int32(channelCount) {
            _ = fluid.fluid_synth_set_channel_type(synth, channel, Int32(CHANNEL_TYPE_MELODIC.rawValue))
        }
    }

    /// Gives a channel a sound.
    ///
    /// - Returns: whether the soundfont has it.
    public func select(_ preset: Preset, channel: Int) -> Bool {
        fluid.fluid_synth_program_select(synth, Int32(channel), fontID, Int32(preset.bank), Int32(preset.program))
            == FLUID_OK
    }

    /// Shifts a channel's tuning by some cents.
    public func detune(cents: Double, channel: Int) {
        _ = fluid.fluid_synth_set_gen(synth, Int32(channel), Int32(GEN_FINETUNE.rawValue), Float(cents))
    }

    /// Makes a channel's notes die away faster after they were let go: `octaves` times half the time that the soundfont says.
    public func shortenRelease(octaves: Double, channel: Int) {
        _ = fluid.fluid_synth_set_gen(synth, Int32(channel), Int32(GEN_VOLENVRELEASE.rawValue), Float(-1_200 * octaves))
    }

    public func noteOn(channel: Int, key: Int, velocity: Int) {
        _ = fluid.fluid_synth_noteon(synth, Int32(channel), Int32(key), Int32(velocity))
    }

    public func noteOff(channel: Int, key: Int) {
        _ = fluid.fluid_synth_noteoff(synth, Int32(channel), Int32(key))
    }

    public func control(channel: Int, number: Int, value: Int) {
        _ = fluid.fluid_synth_cc(synth, Int32(channel), Int32(number), Int32(value))
    }

    /// Bends what a channel plays, within General MIDI's 2 semitones either way.
    public func bend(cents: Double, channel: Int) {
        let value = 8192 + Int((cents / 200 * 8192).rounded())
        _ = fluid.fluid_synth_pitch_bend(synth, Int32(channel), Int32(min(16383, max(0, value))))
    }

    /// Renders the mean of both channels of the next blocks into `output`, which must hold `blocks` times `blockSize` floats.
    public func render(blocks: Int, into output: UnsafeMutableBufferPointer<Float>, scratch: inout [Float]) {
        let count = min(blocks * Self.blockSize, output.count)
        guard count > 0, let left = output.baseAddress else { return }
        if scratch.count < count { scratch = [Float](repeating: 0, count: count) }
        scratch.withUnsafeMutableBufferPointer { right in
            _ = fluid.fluid_synth_write_float(synth, Int32(count), left, 0, 1, right.baseAddress, 0, 1)
            for index in 0..<count { left[index] = 0.5 * (left[index] + right[index]) }
        }
    }
}
