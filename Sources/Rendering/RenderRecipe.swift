import Foundation

/// How training data is rendered: a JSON file whose keys are these properties in snake case. Only `name` and
/// `soundfonts` are required. Unknown keys are errors.
public struct RenderRecipe: Codable, Hashable, Sendable {
    /// A soundfont and its weight.
    public struct SoundFontChoice: Codable, Hashable, Sendable {
        /// File name, looked up in the soundfont folders.
        public var file: String
        public var weight: Double
        /// Semitones added to keys, for a soundfont that sounds above or below its keys; nil means 0. It keeps the
        /// labels at sounding pitch.
        public var transpose: Int?

        public init(file: String, weight: Double, transpose: Int? = nil) {
            self.file = file
            self.weight = weight
            self.transpose = transpose
        }
    }

    /// How the notes are assigned to instruments.
    public enum Voicing: String, Codable, CaseIterable, Sendable {
        /// One piano, with pedals.
        case piano
        /// A piano performance, divided by register among several orchestral instruments.
        case split
        /// The file's parts, with their own programs or with instruments that suit their registers.
        case asWritten = "as_written"
        /// The highest notes on one melody instrument.
        case solo
        /// As many notes as one instrument can play at once, such as double stops or a harpsichord.
        case chords
    }

    /// Equalisation.
    public struct Tone: Codable, Hashable, Sendable {
        /// Gain of a high shelf minus gain of a low shelf, in dB.
        public var tiltDB = ValueRange(-8, 6)
        /// Number of peaking filters.
        public var peaks = 2
        public var peakGainDB = ValueRange(-6, 6)
        /// Fraction of the clips with a low-pass filter, as of a poor microphone.
        public var lowPassShare = 0.25
        public var lowPassHz = ValueRange(3_500, 14_000)

        private enum CodingKeys: String, CodingKey {
            case tiltDB = "tilt_db"
            case peaks
            case peakGainDB = "peak_gain_db"
            case lowPassShare = "low_pass_share"
            case lowPassHz = "low_pass_hz"
        }
    }

    /// Synthetic rooms.
    public struct Room: Codable, Hashable, Sendable {
        /// Fraction of the clips with a room.
        public var share = 0.7
        /// Reverberation time (60 dB of decay), in seconds.
        public var decaySeconds = ValueRange(0.2, 1.8)
        /// Energy of the reverberation relative to the direct sound, in dB.
        public var wetDB = ValueRange(-24, -2)
        /// Delay of the audio relative to the labels, in ms, as if the microphone were distant. It rises with the
        /// level of the reverberation.
        public var delayMS = ValueRange(0, 0)

        private enum CodingKeys: String, CodingKey {
            case share
            case delayMS = "delay_ms"
            case decaySeconds = "decay_seconds"
            case wetDB = "wet_db"
        }
    }

    /// How bowed and blown instruments play. By default, all of this is off.
    public struct Bowing: Codable, Hashable, Sendable {
        /// Fraction of the voices with vibrato, its depth either way, and its rate.
        public var vibratoShare = 0.0
        public var vibratoCents = ValueRange(5, 45)
        public var vibratoHz = ValueRange(4.5, 7)
        /// Standard deviation of the tuning of a voice's notes, in cents.
        public var intonationCents = ValueRange(0, 0)
        /// Range of the loudness within a note, in dB.
        public var swellDB = ValueRange(0, 0)
        /// Fraction of the voices that play legato: notes are extended over short rests to the next note.
        public var legatoShare = 0.0
        /// How much faster released notes decay than the soundfont specifies, as a power of two. Strings of soundfonts
        /// ring on as if in a hall.
        public var releaseOctaves = ValueRange(0, 0)
        /// Fraction of the voices that are played by a synthetic instrument instead of the soundfont.
        public var syntheticShare = 0.0

        private enum CodingKeys: String, CodingKey {
            case vibratoShare = "vibrato_share"
            case vibratoCents = "vibrato_cents"
            case vibratoHz = "vibrato_hz"
            case intonationCents = "intonation_cents"
            case swellDB = "swell_db"
            case legatoShare = "legato_share"
            case releaseOctaves = "release_octaves"
            case syntheticShare = "made_up_share"
        }
    }

    /// Degradations of the recording. By default, all of this is off.
    public struct Medium: Codable, Hashable, Sendable {
        /// Fraction of the clips whose bandwidth is limited to that of one of these sample rates, in Hz.
        public var narrowShare = 0.0
        public var sampleRates: [Double] = [11_025, 16_000, 22_050, 32_000]
        /// Fraction of the clips coded as Ogg Vorbis, and the quality, 0...1.
        public var codecShare = 0.0
        public var codecQuality = ValueRange(0, 0.6)

        private enum CodingKeys: String, CodingKey {
            case narrowShare = "narrow_share"
            case sampleRates = "sample_rates"
            case codecShare = "codec_share"
            case codecQuality = "codec_quality"
        }
    }

    /// Background noise.
    public struct Noise: Codable, Hashable, Sendable {
        public enum Kind: String, Codable, CaseIterable, Sendable {
            case white, pink, hum
        }

        /// Fraction of the clips with noise.
        public var share = 0.5
        /// Weight of each kind of noise.
        public var kinds: [String: Double] = ["white": 1, "pink": 2, "hum": 0.5]
        /// Level of the clip relative to the noise, in dB.
        public var snrDB = ValueRange(22, 60)

        private enum CodingKeys: String, CodingKey {
            case share
            case kinds
            case snrDB = "snr_db"
        }
    }

    public var name: String
    public var seed: UInt64 = 1
    /// Number of clips.
    public var count = 100
    public var excerptSeconds = ValueRange(40, 40)
    public var soundfonts: [SoundFontChoice]
    /// Weight of each voicing.
    public var voicings: [String: Double] = ["piano": 0.55, "split": 0.2, "as_written": 0.15, "solo": 0.1]
    /// For each voicing, the fraction of clips from strict scores rather than from human performances, if both are
    /// available.
    public var scoreShare: [String: Double] = ["piano": 0.2, "split": 0.25, "as_written": 1, "solo": 0.6]
    /// General MIDI programs (from 0) of the piano voicing, with weights. Programs that the soundfont lacks are
    /// ignored.
    public var pianoPrograms: [String: Double] = ["0": 5, "1": 2]
    /// Fraction of the as_written clips that keep the file's programs.
    public var programsKept = 0.5
    public var tempoFactor = ValueRange(0.85, 1.2)
    public var transposeSemitones = ValueRange(-4, 4)
    public var detuneCents = ValueRange(-25, 25)
    /// Peak level of each clip, in dBFS.
    public var peakDBFS = ValueRange(-24, -1)
    public var tone = Tone()
    public var room = Room()
    public var noise = Noise()
    public var bowing = Bowing()
    public var medium = Medium()
    /// Fraction of the piano clips that keep their pedals. Pedalled notes sound beyond the ends of their labels, so
    /// too many of them teach a model to reject notes that ring.
    public var pedalShare = 1.0
    /// Number of instruments in a `split` clip.
    public var splitParts = ValueRange(2, 4)

    private enum CodingKeys: String, CodingKey {
        case name, seed, count, soundfonts, voicings, tone, room, noise, bowing, medium
        case splitParts = "split_parts"
        case pedalShare = "pedal_share"
        case excerptSeconds = "excerpt_seconds"
        case scoreShare = "score_share"
        case pianoPrograms = "piano_programs"
        case programsKept = "programs_kept"
        case tempoFactor = "tempo_factor"
        case transposeSemitones = "transpose_semitones"
        case detuneCents = "detune_cents"
        case peakDBFS = "peak_dbfs"
    }

    public init(name: String, soundfonts: [SoundFontChoice]) {
        self.name = name
        self.soundfonts = soundfonts
    }
}
