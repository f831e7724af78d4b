import Alignment
import AlignmentTools
import ArgumentParser
import Figures
import Sound

/// The results that `notelab align` writes for one recording.
struct AlignResults: ParsableArguments {
    @Option(help: ArgumentHelp("Labels with MusicNet's columns, or - for standard output.", valueName: "x.csv"))
    var out: String?
    @Option(help: ArgumentHelp("MIDI file with the recording's timing and the score's measures.", valueName: "x.mid"))
    var midi: String?
    @Option(help: ArgumentHelp("Notes, measures, doubts and verdict. For a folder: the table.", valueName: "x.json"))
    var json: String?
    @Option(
        help: ArgumentHelp(
            "Figure of costs, path, confidence and onsets (the paper's Figure 2). PNG requires rsvg-convert.",
            valueName: "x.svg|x.png"))
    var plot: String?
    @Option(
        help: ArgumentHelp("Start of the figure's excerpt in the recording (default: the first note).", valueName: "s"))
    var plotFrom: Double?
    @Option(help: "Colours of the figure; auto follows the viewer's system.")
    var theme: Theme = .auto
    @Option(
        help: ArgumentHelp(
            "The recording with a short tone at each note, for checking by ear.", valueName: "x.wav|x.flac|x.ogg"))
    var mix: String?
    @Option(help: "mono mixes the tones with the recording; stereo puts the recording left and the tones right.")
    var mixLayout: ValidationMix.Layout = .mono
    @Option(help: ArgumentHelp("Start of the part of the recording to align.", valueName: "s")) var from: Double?
    @Option(help: ArgumentHelp("End of the part of the recording to align.", valueName: "s")) var to: Double?
    @Flag(help: "Write labels even if the score does not match the recording.") var force = false

    func validate() throws {
        try Self.check(out, of: ["csv"], for: "--out", dash: true)
        try Self.check(midi, of: ["mid", "midi"], for: "--midi")
        try Self.check(json, of: ["json"], for: "--json")
        try Self.check(plot, of: ["svg", "png"], for: "--plot")
        try Self.check(mix, of: ["wav", "flac", "ogg"], for: "--mix")
        for (name, value) in [("--from", from), ("--to", to), ("--plot-from", plotFrom)] {
            if let value, !(value >= 0 && value < 1e7) {
                throw ValidationError("\(name) \(value) must be a time in seconds, at least 0.")
            }
        }
        if let to, to <= from ?? 0 { throw ValidationError("--to must be later than --from.") }
    }

    private static func check(_ path: String?, of kinds: [String], for option: String, dash: Bool = false) throws {
        guard let path, !(dash && path == "-") else { return }
        let kind = path.split(separator: "/").last?.split(separator: ".").dropFirst().last?.lowercased() ?? ""
        guard !kinds.contains(kind) else { return }
        let names = kinds.map { "." + $0 }.joined(separator: " or ")
        throw ValidationError("\(option) \(path) must end in \(names)\(dash ? ", or be - for standard output" : "").")
    }

    /// - Throws: `ValidationError` if an option is given that applies to a single recording only.
    func validateWithFolder() throws {
        let given = [("--out", out), ("--midi", midi), ("--plot", plot), ("--mix", mix)].first { $0.1 != nil }
        if let given {
            throw ValidationError("\(given.0) applies to a single recording; use --formats for a folder.")
        }
        if from != nil || to != nil { throw ValidationError("--from and --to apply to a single recording.") }
        if force { throw ValidationError("--force applies to a single recording; use --keep-rejected for a folder.") }
    }

    var times: Range<Double>? {
        guard from != nil || to != nil else { return nil }
        let start = from ?? 0
        return start..<max(to ?? 1e9, start)
    }

    var outputs: AlignmentOutputs {
        var outputs = AlignmentOutputs()
        outputs.labels = out == "-" ? nil : out
        outputs.midi = midi
        outputs.document = json
        outputs.plot = plot
        outputs.plotStart = plotFrom
        outputs.theme = theme
        outputs.mix = mix
        outputs.mixLayout = mixLayout
        return outputs
    }

    /// Whether labels go to standard output.
    var printsLabels: Bool { out == "-" || outputs.paths.isEmpty }
}

extension ValidationMix.Layout: ExpressibleByArgument {}
extension ArchiveRun.Output: ExpressibleByArgument {}
