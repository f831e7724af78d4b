import ArgumentParser
import Networks

/// Thresholds on the command line, in place of the model's own.
struct ThresholdOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Sounding posterior that starts a note, 0 to 1.", valueName: "p"))
    var on: Double?
    @Option(help: ArgumentHelp("Sounding posterior below which a note ends, 0 to 1.", valueName: "p"))
    var off: Double?
    @Option(help: ArgumentHelp("Onset posterior that starts a note, 0 to 1.", valueName: "p"))
    var onset: Double?
    @Option(help: ArgumentHelp("The shortest note, in seconds.", valueName: "s"))
    var minimumDuration: Double?
    @Option(help: ArgumentHelp("Level below which no note begins, in dBFS (-200: any level).", valueName: "dB"))
    var gate: Double?

    func validate() throws {
        for (name, value) in [("on", on), ("off", off), ("onset", onset)] {
            if let value, !(value > 0 && value <= 1) {
                throw ValidationError("--\(name) \(value) should lie above 0 and be 1 at most.")
            }
        }
        if let on, let off, off > on { throw ValidationError("--off \(off) should not lie above --on \(on).") }
        if let minimumDuration, !(0...10).contains(minimumDuration) {
            throw ValidationError("--minimum-duration \(minimumDuration) should lie between 0 and 10 seconds.")
        }
        if let gate, !(-200...0).contains(gate) {
            throw ValidationError("--gate \(gate) should lie between -200 and 0 dBFS.")
        }
    }

    /// Whether any option was given.
    var isGiven: Bool { on != nil || off != nil || onset != nil || minimumDuration != nil || gate != nil }

    /// The model's thresholds with those that were given in their place.
    func applied(to thresholds: NoteThresholds) -> NoteThresholds {
        var result = thresholds
        if let on {
            // Off stays in proportion, so that one option is enough.
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
