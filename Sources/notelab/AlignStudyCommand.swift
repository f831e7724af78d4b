import Alignment
import AlignmentTools
import ArgumentParser
import Foundation
import Terminal

struct AlignStudy: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "align-study",
        abstract: "Align recordings whose onsets are known, and tabulate how far the methods are off.",
        discussion: """
            FOLDER has subfolders with audio.* (any sound file), score.* and reference.csv, whose columns score_beat (quarter \
            notes) and perf_time (seconds) say when each onset was played.

            The parameters of the paper's method take lists: every combination is tried, or with --one-at-a-time the first of \
            each list and then each other value alone. --appendix-b asks the questions of the paper's appendix B in that way.

            Errors are the starts of aligned notes minus the true times. The median, the 90th percentile and the mean are of \
            their magnitudes, the bias is the median with signs; shares count missed onsets as failures.

            With --cache a study that was broken off goes on where it was. Delete the file after a change of the program.

            Examples:
              notelab align-study pairs
              notelab align-study pairs --bins 25,50,100,all --norm l1,l2
              notelab align-study pairs --appendix-b --cache study.jsonl --markdown
            """)

    @Argument(help: "A folder of pairs.") var folder: String
    @Option(help: "Methods, of: \(Method.choices).") var methods = "paper"
    @OptionGroup(title: "The paper's method") var parameters: StudyParameters
    @Flag(help: "A row for each pair, too.") var pairs = false
    @Option(help: "A file in which results are kept from one run to the next.") var cache: String?
    @Flag(help: "Print Markdown.") var markdown = false
    @Flag(help: "Print JSON: all results with all errors in seconds.") var json = false

    private enum Method: String, CaseIterable {
        case paper, multiscale

        static var choices: String { allCases.map(\.rawValue).joined(separator: ", ") }
    }

    /// - Throws: `ValidationError`.
    private func chosen() throws -> [Method] {
        let names = methods.split(separator: ",").map(String.init)
        if names.isEmpty { throw ValidationError("--methods needs a name.") }
        return try names.map { name in
            guard let method = Method(rawValue: name) else {
                throw ValidationError("There is no method '\(name)': there are \(Method.choices).")
            }
            return method
        }
    }

    func validate() throws {
        _ = try chosen()
        if markdown && json { throw ValidationError("--markdown and --json exclude each other.") }
        _ = try parameters.grid()
    }

    func run() throws {
        Descriptor.ignoreBrokenPipes()
        try Self.reporting {
            let variants = try chosen().flatMap { method in
                switch method {
                case .paper: try parameters.variants()
                case .multiscale: [StudyVariant(method: method.rawValue, aligner: try MultiscaleAligner())]
                }
            }
            let study = AlignmentStudy(pairs: try StudyPair.all(in: folder), variants: variants, cache: cache)
            let total = Double(study.pairs.count * variants.count)
            var line = ProgressLine("align", total: total, unit: .count("alignments"))
            let results = try study.run { line.update($0, remark: $1) }
            line.finish(total)
            if json {
                try Self.output(try Self.line(results.flatMap { $0 }))
            } else {
                let table = StudyTable(results, showsPairs: pairs).table
                try Self.output(markdown ? table.markdown : table.text)
            }
        }
    }
}

/// Lists of the parameters of the paper's method.
struct StudyParameters: ParsableArguments {
    @Option(help: "Samples in a window (default 2048).") var window: String?
    @Option(help: "Samples from a window to the next (default 512).") var hop: String?
    @Option(help: "How many of the lowest bins are compared; 'all' for all (default 50).") var bins: String?
    @Option(help: "l1, l2 or linf (default l2).") var norm: String?
    @Option(help: "log: log(0.001 + magnitude), log1p: log(1 + magnitude), or linear (default log).")
    var scale: String?
    @Option(help: "Window: hann or rectangular, which is none (default hann).") var shape: String?
    @Flag(help: "The same as --shape rectangular.") var noHann = false
    @Option(help: "room: with FluidSynth's reverb and chorus, or dry (default room).") var sound: String?
    @Option(help: "Paths or names of soundfonts; 'best' for the best one installed (default best).")
    var soundfont: String?
    @Flag(help: "Vary one parameter at a time instead of trying every combination.") var oneAtATime = false
    @Flag(help: "Vary window, hop, bins, norm, scale, shape and sound one at a time.") var appendixB = false

    func variants() throws -> [StudyVariant] {
        let grid = try grid()
        return oneAtATime || appendixB ? grid.oneAtATime : grid.product
    }

    /// - Throws: `ValidationError`.
    func grid() throws -> StudyGrid {
        var grid = appendixB ? StudyGrid.appendixB : StudyGrid()
        if let window { grid.windows = try Self.list(window, "--window") { Int($0) } }
        if let hop { grid.hops = try Self.list(hop, "--hop") { Int($0) } }
        if let bins {
            grid.bins = try Self.list(bins, "--bins") { $0 == "all" ? .some(nil) : Int($0).map { .some($0) } }
        }
        if let norm { grid.norms = try Self.list(norm, "--norm") { Norm(rawValue: $0) } }
        if let scale { grid.scales = try Self.list(scale, "--scale") { StudyGrid.ScaleName(rawValue: $0) } }
        if noHann, shape == nil { grid.shapes = [.rectangular] }
        if let shape {
            grid.shapes = try Self.list(shape, "--shape") { SpectrumParameters.WindowShape(rawValue: $0) }
        }
        if let sound {
            grid.reverbs = try Self.list(sound, "--sound") { ["room": true, "dry": false][$0] }
        }
        if let soundfont {
            grid.soundFonts = soundfont.split(separator: ",").map { $0 == "best" ? nil : String($0) }
        }
        return grid
    }

    private static func list<Value>(_ text: String, _ option: String, _ parse: (String) -> Value?) throws -> [Value] {
        let words = text.split(separator: ",").map(String.init)
        if words.isEmpty { throw ValidationError("\(option) needs a value.") }
        return try words.map { word in
            guard let value = parse(word) else { throw ValidationError("\(option) does not know '\(word)'.") }
            return value
        }
    }
}
