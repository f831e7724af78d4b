import Alignment
import AlignmentTools
import ArgumentParser
import Foundation
import Terminal

struct AlignStudy: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "align-study",
        abstract: "Compare alignment methods on recordings with known onsets.",
        discussion: """
            FOLDER contains subfolders with audio.* (any audio file), score.* and reference.csv. The columns of \
            reference.csv are score_beat (quarter notes) and perf_time (seconds): when each onset was played.

            Each parameter of the paper's method takes a comma-separated list. Every combination is tried; with \
            --one-at-a-time, the first values are the baseline and each other value is tried alone. --appendix-b \
            repeats the comparisons of the paper's appendix B in this way.

            An error is the start of an aligned note minus its true time. The median, 90th percentile and mean are of \
            absolute errors; the bias is the median of signed errors. Percentages within a tolerance count missed \
            onsets as failures.

            With --cache, an interrupted study continues where it stopped. Delete the cache after changing the program.

            Examples:
              notelab align-study pairs
              notelab align-study pairs --bins 25,50,100,all --norm l1,l2
              notelab align-study pairs --appendix-b --cache study.jsonl --markdown
            """)

    @Argument(help: "A folder of pairs.") var folder: String
    @Option(help: ArgumentHelp("Methods to compare: \(Method.choices).", valueName: "list")) var methods = "paper"
    @OptionGroup(title: "The paper's method") var parameters: StudyParameters
    @Flag(help: "Also print a row for each pair.") var pairs = false
    @Option(help: ArgumentHelp("File that keeps results between runs.", valueName: "x.jsonl")) var cache: String?
    @Flag(help: "Print Markdown.") var markdown = false
    @Flag(help: "Print JSON with every error in seconds.") var json = false

    private enum Method: String, CaseIterable {
        case paper, multiscale

        static var choices: String { allCases.map(\.rawValue).joined(separator: ", ") }
    }

    /// - Throws: `ValidationError`.
    private func chosen() throws -> [Method] {
        let names = methods.split(separator: ",").map(String.init)
        if names.isEmpty { throw ValidationError("--methods must name at least one method.") }
        return try names.map { name in
            guard let method = Method(rawValue: name) else {
                throw ValidationError("'\(name)' is not a valid method; the methods are \(Method.choices).")
            }
            return method
        }
    }

    func validate() throws {
        _ = try chosen()
        if markdown && json { throw ValidationError("--markdown and --json are mutually exclusive.") }
        _ = try parameters.grid()
    }

    func run() throws {
        Descriptor.ignoreWriteSignals()
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
                try Self.emit(try Self.line(results.flatMap { $0 }))
            } else {
                let table = StudyTable(results, showsPairs: pairs).table
                try Self.emit(markdown ? table.markdown : table.text)
            }
        }
    }
}

/// The parameters of the paper's method, each a comma-separated list of values to try.
struct StudyParameters: ParsableArguments {
    @Option(help: ArgumentHelp("Window lengths in samples (default: 2048).", valueName: "list")) var window: String?
    @Option(help: ArgumentHelp("Hop lengths in samples (default: 512).", valueName: "list")) var hop: String?
    @Option(help: ArgumentHelp("Numbers of lowest bins to compare, or all (default: 50).", valueName: "list")) var bins:
        String?
    @Option(help: ArgumentHelp("Distance norms: l1, l2, linf (default: l2).", valueName: "list")) var norm: String?
    @Option(
        help: ArgumentHelp(
            "Scales: log(0.001 + magnitude), log1p of the magnitude, linear (default: log).", valueName: "list"))
    var scale: String?
    @Option(help: ArgumentHelp("Window functions: hann, rectangular (default: hann).", valueName: "list")) var shape:
        String?
    @Flag(help: "Same as --shape rectangular.") var noHann = false
    @Option(help: ArgumentHelp("Rendering: room (reverb and chorus), dry (default: room).", valueName: "list"))
    var sound: String?
    @Option(
        help: ArgumentHelp(
            "Paths or names of soundfonts; best is the best installed (default: best).", valueName: "list"))
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
        if words.isEmpty { throw ValidationError("\(option) needs at least one value.") }
        return try words.map { word in
            guard let value = parse(word) else { throw ValidationError("\(option): '\(word)' is not a valid value.") }
            return value
        }
    }
}
