import Alignment
import AlignmentTools
import ArgumentParser
import Figures
import Sound

/// What `notelab align` writes about one recording.
struct AlignResults: ParsableArguments {
    @Option(help: "Labels with MusicNet's columns, X.csv, or - for standard output.") var out: String?
    @Option(help: "A MIDI file that plays as the recording does and keeps the score's bars, X.mid.") var midi: String?
    @Option(help: "Everything: notes, measures, suspicions, verdict, X.json. With a folder, the table as JSON.")
    var json: String?
    @Option(
        help:
            "The paper's Figure 2, X.svg or X.png (which takes rsvg-convert): costs and path, confidence, onsets over the spectrogram."
    )
    var plot: String?
    @Option(help: "Second of the recording at which the plot's excerpt begins (default: the first note).")
    var plotFrom: Double?
    @Option(help: "The plot's ground: auto (light, or dark where the viewer's system is), light or dark.")
    var theme: Theme = .auto
    @Option(help: "The recording with a short sine tone at each note, to check by ear: X.wav, X.flac or X.ogg.")
    var mix: String?
    @Option(help: "mono (tones over the recording) or stereo (the recording left, the tones right).")
    var mixLayout: ValidationMix.Layout = .mono
    @Option(help: "Begin at this second of the recording.") var from: Double?
    @Option(help: "End at this second of the recording.") var to: Double?
    @Flag(help: "Write labels even if the score does not match the recording.") var force = false

    func validate() throws {
        try Self.check(out, of: ["csv"], for: "--out", dash: true)
        try Self.check(midi, of: ["mid", "midi"], for: "--midi")
        try Self.check(json, of: ["json"], for: "--json")
        try Self.check(plot, of: ["svg", "png"], for: "--plot")
        try Self.check(mix, of: ["wav", "flac", "ogg"], for: "--mix")
        for (name, value) in [("--from", from), ("--to", to), ("--plot-from", plotFrom)] {
            if let value, !(value >= 0 && value < 1e7) {
                throw ValidationError("\(name) \(value) should be a number of seconds from 0 up.")
            }
        }
        if let to, to <= from ?? 0 { throw ValidationError("--to should be later than --from.") }
    }

    private static func check(_ path: String?, of kinds: [String], for option: String, dash: Bool = false) throws {
        guard let path, !(dash && path == "-") else { return }
        let kind = path.split(separator: "/").last?.split(separator: ".").dropFirst().last?.lowercased() ?? ""
        guard !kinds.contains(kind) else { return }
        let names = kinds.map { "." + $0 }.joined(separator: " or ")
        throw ValidationError("\(option) \(path) should end in \(names)\(dash ? ", or be - for standard output" : "").")
    }

    func refuseWithFolder() throws {
        let given = [("--out", out), ("--midi", midi), ("--plot", plot), ("--mix", mix)].first { $0.1 != nil }
        if let given {
            throw ValidationError("\(given.0) goes with one recording; a folder's results are chosen by --formats.")
        }
        if from != nil || to != nil { throw ValidationError("--from and --to go with one recording.") }
        if force { throw ValidationError("--force goes with one recording; for a folder there is --keep-rejected.") }
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

    /// Whether labels are printed.
    var printsLabels: Bool { out == "-" || outputs.paths.isEmpty }
}

extension ValidationMix.Layout: ExpressibleByArgument {}
extension ArchiveRun.Output: ExpressibleByArgument {}
