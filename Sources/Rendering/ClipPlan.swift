import Foundation
import Music

/// All random choices for one clip; also its line in the manifest.
struct ClipPlan: Codable, Hashable, Sendable {
    struct RoomPlan: Codable, Hashable, Sendable {
        var decaySeconds: Double
        var wetDB: Double
        var delayMS: Double

        enum CodingKeys: String, CodingKey {
            case decaySeconds = "decay_s"
            case wetDB = "wet_db"
            case delayMS = "delay_ms"
        }
    }

    struct NoisePlan: Codable, Hashable, Sendable {
        var kind: RenderRecipe.Noise.Kind
        var snrDB: Double

        enum CodingKeys: String, CodingKey {
            case kind
            case snrDB = "snr_db"
        }
    }

    struct Peak: Codable, Hashable, Sendable {
        var frequency: Double
        var gain: Double
    }

    var name: String
    var source: String
    var licence: String
    var voicing: RenderRecipe.Voicing
    var soundfont: String
    /// Programs of the voices, in their order.
    var programs: [Int]
    /// Start of the excerpt, in seconds of the piece at its new tempo.
    var excerptStart: Double
    var seconds: Double
    var tempoFactor: Double
    var transpose: Int
    var detuneCents: Double
    var peakDBFS: Double
    var tiltDB: Double
    var peaks: [Peak]
    var lowPassHz: Double?
    var room: RoomPlan?
    var noise: NoisePlan?
    /// Settings of sustained notes. The values of each voice follow from the clip's number.
    var bowing: RenderRecipe.Bowing?
    /// For each voice, whether a `SyntheticInstrument` plays it; nil if none does.
    var synthetic: [Bool]?
    /// Sample rate that limits the bandwidth, and quality of lossy coding.
    var sampleRate: Double?
    var codecQuality: Double?
    /// Number of labels.
    var notes: Int
    /// Hash of the recipe, seed, inputs and soundfonts, the same for all clips of a folder.
    var fingerprint: String

    enum CodingKeys: String, CodingKey {
        case name, source, licence, voicing, soundfont, programs, seconds, transpose, peaks, room, noise, notes
        case fingerprint, bowing
        case synthetic = "made_up"
        case sampleRate = "sample_rate"
        case codecQuality = "codec_quality"
        case excerptStart = "excerpt_start_s"
        case tempoFactor = "tempo_factor"
        case detuneCents = "detune_cents"
        case peakDBFS = "peak_dbfs"
        case tiltDB = "tilt_db"
        case lowPassHz = "low_pass_hz"
    }
}
