import ArgumentParser
import Networks

/// Threshold options that override the model's own thresholds.
struct ThresholdOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Sounding posterior at which a note starts, 0 to 1.", valueName: "p"))
    var on: Double?
    @Option(help: ArgumentHelp("Sounding posterior below which a note ends, 0 to 1.", valueName: "p"))
    var off: Double?
    @Option(help: ArgumentHelp("Onset posterior at which a note starts, 0 to 1.", valueName: "p"))
    var onset: Double?
    @Option(help: ArgumentHelp("Minimum duration of a note.", valueName: "s"))
    var minimumDuration: Double?
    @Option(help: ArgumentHelp("Level in dBFS below which no note starts (-200 disables the gate).", valueName: "dB"))
    var gate: Double?

    func validate() throws {
        for (name, value) in [("on", on), ("off", off), ("onset", onset)] {
            if let value, !(value > 0 && value <= 1) {
                throw ValidationError("--\(name) \(value) must be above 0 and at most 1.")
            }
        }
        if let on, let off, off > on { throw ValidationError("--off \(off) must not be above --on \(on).") }
        if let minimumDuration, !(0...10).contains(minimumDuration) {
            throw ValidationError("--minimum-duration \(minimumDuration) must be between 0 and 10 seconds.")
        }
        if let gate, !(-200...0).contains(gate) {
            throw ValidationError("--gate \(gate) must be between -200 and 0 dBFS.")
        }
    }

    /// Whether at least one option was given.
    var isGiven: Bool { on != nil || off != nil || onset != nil || minimumDuration != nil || gate != nil }

    /// The given thresholds, and the model's for the others.
    func applied(to thresholds: NoteThresholds) -> NoteThresholds {
        var result = thresholds
        if let on {
            // Keep the ratio of off to on, so that --on alone is enough.
            if off == nil, result.on > 0 { result.off = min(on, result.off / result.on * on) }
            result.on = on
        }
        if let off { result.off = min(off, result.on) }
        if let onset { result.onset = onset }
        if let minimumDuration { result.minimumDuration = minimumDuration }
        if let gate { result.gateDBFS = gate }
        return result
    }
}
