import Foundation

/// How training data is rendered: a JSON file whose keys are these properties in snake case. All but `name` and
/// `soundfonts` may be left out; a key that isn't known is an error.
public struct RenderRecipe: Codable, Hashable, Sendable {
    /// A soundfont and how often it is taken.
    public struct SoundFontChoice: Codable, Hashable, Sendable {
        /// File name, looked up in the soundfont folders.
        public var file: String
        public var weight: Double
        /// Semitones by which keys are moved for a file that sounds higher or lower than its keys, so that labels say what is heard; 0 if nil.
        public var transpose: Int?

        public init(file: String, weight: Double, transpose: Int? = nil) {
            self.file = file
            self.weight = weight
            self.transpose = transpose
        }
    }

    /// Who plays the notes.
    public enum Voicing: String, Codable, CaseIterable, Sendable {
        /// A piano, with pedal.
        case piano
        /// A piano performance dealt out by register to two to four orchestral instruments.
        case split
        /// The file's own parts, with their own programs or instruments that suit their registers.
        case asWritten = "as_written"
        /// The highest notes on one melody instrument.
        case solo
        /// As many notes as one instrument can play at once: double stops, a harpsichord.
        case chords
    }

    /// Equalisation.
    public struct Tone: Codable, Hashable, Sendable {
        /// High shelf minus low shelf, dB.
        public var tiltDB = ValueRange(-8, 6)
        /// Number of peaking filters.
        public var peaks = 2
        public var peakGainDB = ValueRange(-6, 6)
        /// Share of the clips with a low-pass, as of a poor microphone.
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

    /// Synthesised rooms.
    public struct Room: Codable, Hashable, Sendable {
        /// Share of the clips that sound in a room.
        public var share = 0.7
        /// Reverberation time: 60 dB of decay.
        public var decaySeconds = ValueRange(0.2, 1.8)
        /// Energy of the room relative to the direct sound.
        public var wetDB = ValueRange(-24, -2)
        /// How much later than its label a note sounds, because the microphone is away: the wetter the room, the further.
        public var delayMS = ValueRange(0, 0)

        private enum CodingKeys: String, CodingKey {
            case share
            case delayMS = "delay_ms"
            case decaySeconds = "decay_seconds"
            case wetDB = "wet_db"
        }
    }

    /// How bowed and blown instruments play: nothing of all this unless a recipe asks for it.
    public struct Bowing: Codable, Hashable, Sendable {
        /// Share of the voices that play with vibrato, its depth either way, and its rate.
        public var vibratoShare = 0.0
        public var vibratoCents = ValueRange(5, 45)
        public var vibratoHz = ValueRange(4.5, 7)
        /// Standard deviation of the tuning of a voice's notes.
        public var intonationCents = ValueRange(0, 0)
        /// How far loudness moves within a note.
        public var swellDB = ValueRange(0, 0)
        /// Share of the voices whose notes reach to the next one where only a short rest lies between.
        public var legatoShare = 0.0
        /// By how much notes die away faster than the soundfont has it after they were let go: times two to this power. Soundfonts let
        /// strings ring on as if in a hall.
        public var releaseOctaves = ValueRange(0, 0)
        /// Share of the voices that are played by an instrument of our own making instead of the soundfont's.
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

    /// What recordings go through: nothing unless a recipe asks for it.
    public struct Medium: Codable, Hashable, Sendable {
        /// Share of the clips that go through one of these sample rates, Hz.
        public var narrowShare = 0.0
        public var sampleRates: [Double] = [11_025, 16_000, 22_050, 32_000]
        /// Share of the clips that are coded by Ogg Vorbis, and the quality, 0 to 1.
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

        /// Share of the clips with noise.
        public var share = 0.5
        /// How often each kind (white, pink, hum) is taken.
        public var kinds: [String: Double] = ["white": 1, "pink": 2, "hum": 0.5]
        /// Level of the clip above the noise.
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
    /// How often each voicing (piano, split, as_written, solo) is taken.
    public var voicings: [String: Double] = ["piano": 0.55, "split": 0.2, "as_written": 0.15, "solo": 0.1]
    /// For each voicing, the share of clips made from strict scores rather than from human performances, where both are given.
    public var scoreShare: [String: Double] = ["piano": 0.2, "split": 0.25, "as_written": 1, "solo": 0.6]
    /// General MIDI programs (from 0) of the piano voicing and their weights, where the soundfont has them.
    public var pianoPrograms: [String: Double] = ["0": 5, "1": 2]
    /// Of the as_written clips, the share that keeps the file's programs.
    public var programsKept = 0.5
    public var tempoFactor = ValueRange(0.85, 1.2)
    public var transposeSemitones = ValueRange(-4, 4)
    public var detuneCents = ValueRange(-25, 25)
    /// Level of each clip's highest peak.
    public var peakDBFS = ValueRange(-24, -1)
    public var tone = Tone()
    public var room = Room()
    public var noise = Noise()
    public var bowing = Bowing()
    public var medium = Medium()
    /// Of the piano clips, the share that keeps its pedals. What the pedal holds goes on sounding after its label has ended, so a model
    /// that hears too much of it doubts every note that rings.
    public var pedalShare = 1.0
    /// Instruments that a `split` clip is dealt out to.
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
