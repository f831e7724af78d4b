import CFluidSynth
import Foundation

/// FluidSynth with one soundfont, rendering mono audio at 44.1 kHz. Reverb and chorus are off by default.
///
/// FluidSynth applies events at blocks of 64 samples, so `render` takes blocks: a note started between two calls starts
/// exactly at the next block. Not thread-safe.
public final class Synthesizer {
    public static let rate = 44_100
    /// Samples per block.
    public static let blockSize = 64
    /// The default number of channels.
    public static let channels = 16
    /// The number of blocks that FluidSynth needs to release silenced voices.
    private static let releaseBlocks = 2

    /// A preset of a soundfont.
    public struct Preset: Hashable, Sendable {
        public var bank: Int
        public var program: Int

        public init(bank: Int, program: Int) {
            self.bank = bank
            self.program = program
        }
    }

    /// Settings that cannot be changed later.
    public struct Settings: Hashable, Sendable {
        /// 0...10.
        public var gain: Double
        public var hasReverb: Bool
        public var hasChorus: Bool
        /// Whether to interpolate samples linearly, which halves the work and adds a little noise.
        public var isDraft: Bool
        /// 1...256, rounded up to a multiple of 16; each channel can have its own instrument.
        public var channels: Int
        /// Whether to load samples when a preset is selected rather than all at once.
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
    /// The number of channels; each can have its own instrument.
    public let channelCount: Int
    private let fluid: cfluidsynth_functions
    private let settings: OpaquePointer
    private let synth: OpaquePointer
    private let fontID: Int32

    // FluidSynth's loader logs to standard error; logging can only be disabled for the whole process.
    private static let silenceLog: Void = {
        guard let fluid = try? FluidSynthLibrary.functions() else { return }
        for level in 0..<Int32(LAST_LOG_LEVEL.rawValue) { _ = fluid.fluid_set_log_function(level, nil, nil) }
    }()

    // FluidSynth initialises its tables and default modulators with the first instance. Another thread does not wait
    // for that, and its instance would then play notes at wrong levels.
    private static let creationLock = NSLock()

    private static func create(_ fluid: cfluidsynth_functions, _ settings: OpaquePointer) -> OpaquePointer? {
        creationLock.withLock { fluid.new_fluid_synth(settings) }
    }

    /// Whether FluidSynth is installed. Loads it.
    public static var isAvailable: Bool { (try? FluidSynthLibrary.functions()) != nil }

    /// Loads a soundfont. FluidSynth shares its samples with other instances in this process.
    ///
    /// - Throws: `SynthesisError`.
    public init(soundFont path: String, settings requested: Settings = Settings()) throws(SynthesisError) {
        let fluid = try FluidSynthLibrary.functions()
        _ = Self.silenceLog
        guard FileManager.default.isReadableFile(atPath: path) else {
            throw .missingSoundFont(path: path)
        }
        guard let settings = fluid.new_fluid_settings() else { throw .unavailable("out of memory") }
        _ = fluid.fluid_settings_setnum(settings, "synth.sample-rate", Double(Self.rate))
        _ = fluid.fluid_settings_setnum(settings, "synth.gain", requested.gain)
        _ = fluid.fluid_settings_setint(settings, "synth.polyphony", 256)
        _ = fluid.fluid_settings_setint(settings, "synth.midi-channels", Int32(requested.channels))
        _ = fluid.fluid_settings_setint(settings, "synth.reverb.active", requested.hasReverb ? 1 : 0)
        _ = fluid.fluid_settings_setint(settings, "synth.chorus.active", requested.hasChorus ? 1 : 0)
        _ = fluid.fluid_settings_setint(settings, "synth.dynamic-sample-loading", requested.loadsOnDemand ? 1 : 0)
        _ = fluid.fluid_settings_setint(settings, "synth.lock-memory", 0)
        _ = fluid.fluid_settings_setint(settings, "synth.threadsafe-api", 0)
        guard let synth = Self.create(fluid, settings) else {
            fluid.delete_fluid_settings(settings)
            throw .unavailable("it reports no reason")
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
        channelCount = requested.channels
        self.fluid = fluid
        self.settings = settings
        self.synth = synth
        fontID = font
        if requested.isDraft { _ = fluid.fluid_synth_set_interp_method(synth, -1, Int32(FLUID_INTERP_LINEAR.rawValue)) }
        makeMelodic()
    }

    deinit {
        fluid.delete_fluid_synth(synth)
        fluid.delete_fluid_settings(settings)
    }

    /// Silences all voices and resets controllers and programs. A trace of earlier notes remains, about 30 dB below the
    /// onsets of the next notes: use a new synthesiser if results must be reproducible.
    public func reset() {
        _ = fluid.fluid_synth_system_reset(synth)
        // The order matters: a system reset only releases keys, and would undo the silencing. Otherwise, decays of
        // several seconds would overlap the following notes.
        _ = fluid.fluid_synth_all_sounds_off(synth, -1)
        makeMelodic()
        // FluidSynth frees voices while rendering.
        var silence = [Float](repeating: 0, count: Self.releaseBlocks * Self.blockSize)
        var scratch: [Float] = []
        silence.withUnsafeMutableBufferPointer { render(blocks: Self.releaseBlocks, into: $0, scratch: &scratch) }
    }

    /// General MIDI makes channel 9 a drum kit; make all channels melodic.
    private func makeMelodic() {
        for channel in 0..<Int32(channelCount) {
            _ = fluid.fluid_synth_set_channel_type(synth, channel, Int32(CHANNEL_TYPE_MELODIC.rawValue))
        }
    }

    /// Selects a channel's preset.
    ///
    /// - Returns: false if the soundfont does not have it.
    public func select(_ preset: Preset, channel: Int) -> Bool {
        fluid.fluid_synth_program_select(synth, Int32(channel), fontID, Int32(preset.bank), Int32(preset.program))
            == FLUID_OK
    }

    /// Detunes a channel, in cents.
    public func detune(cents: Double, channel: Int) {
        _ = fluid.fluid_synth_set_gen(synth, Int32(channel), Int32(GEN_FINETUNE.rawValue), Float(cents))
    }

    /// Shortens the release of a channel's notes by a factor of 2 to the power of `octaves`.
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

    /// Bends the pitch of a channel, within General MIDI's range of ±2 semitones.
    public func bend(cents: Double, channel: Int) {
        let value = 8192 + Int((cents / 200 * 8192).rounded())
        _ = fluid.fluid_synth_pitch_bend(synth, Int32(channel), Int32(min(16383, max(0, value))))
    }

    /// Renders the next blocks, the mean of the left and right channels, into `output`, which must have `blocks` times
    /// `blockSize` elements.
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
