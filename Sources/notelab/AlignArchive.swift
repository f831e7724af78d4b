import Alignment
import AlignmentTools
import ArgumentParser
import Foundation
import Terminal

/// The options of `notelab align` for a folder or list of pairs, and the run over them.
struct AlignArchive: ParsableArguments {
    @Option(help: ArgumentHelp("Folder for the results of all pairs; created if missing.", valueName: "folder"))
    var outDir: String?
    @Option(help: ArgumentHelp("CSV list of pairs, instead of a folder: score,audio[,name].", valueName: "list.csv"))
    var pairs: String?
    @Option(help: ArgumentHelp("Results to write for each pair: csv, json, mid, svg, png, mix.", valueName: "list"))
    var formats = "csv,json"
    @Flag(help: "Also write the labels of rejected pairs.") var keepRejected = false
    @Option(help: ArgumentHelp("Pairs to align in parallel (default: 2 if memory allows).", valueName: "n")) var jobs:
        Int?

    func validate() throws {
        _ = try kinds()
        if let jobs, !(1...64).contains(jobs) { throw ValidationError("--jobs must be between 1 and 64.") }
    }

    /// - Throws: `ValidationError` if an option is given that has no effect without `--out-dir`.
    func validateWithoutFolder() throws {
        if pairs != nil { throw ValidationError("--pairs requires --out-dir.") }
        if keepRejected {
            throw ValidationError("--keep-rejected requires --out-dir; use --force for a single recording.")
        }
    }

    private func kinds() throws -> Set<ArchiveRun.Output> {
        let names = formats.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        let kinds = try names.map { name in
            guard let kind = ArchiveRun.Output(rawValue: name) else {
                throw ValidationError("--formats: '\(name)' is not one of csv, json, mid, svg, png and mix.")
            }
            return kind
        }
        guard !kinds.isEmpty else { throw ValidationError("--formats must name at least one format.") }
        return Set(kinds)
    }

    /// - Parameters:
    ///   - source: the folder of pairs; nil for the list of `--pairs`.
    ///   - json: the path of the JSON report.
    func run(_ source: String?, into folder: String, method: AlignMethod, json: String?) throws {
        if let json { try OutputCheck.check(json) }
        let listing =
            try pairs.map { path throws(AlignmentError) in try ArchiveListing(list: path) }
            ?? ArchiveListing(folder: source ?? ".", excluding: folder)
        let run = ArchiveRun(
            listing, into: folder, aligner: try method.aligner(), parameters: method.parameters,
            outputs: try kinds(), keepsRejected: keepRejected, jobs: jobs ?? Self.defaultJobs)
        let interruption = Interruption()
        let stop = StopFlag(interruption)
        var line: ProgressLine?
        var (seconds, done) = (0.0, 0)
        let report = try run.run(isStopped: { stop.isRequested }) { progress in
            if line == nil { line = ProgressLine("align", total: progress.totalSeconds, unit: .audioSeconds) }
            (seconds, done) = (progress.seconds, progress.pairs)
            line?.update(seconds, remark: "\(done) of \(progress.totalPairs) pairs")
        }
        line?.finish(seconds, remark: "\(done) pairs")
        try Align.emit(report.text)
        if let json {
            do {
                try Data((Align.pretty(report) + "\n").utf8).write(to: URL(fileURLWithPath: json), options: .atomic)
            } catch { throw AlignmentError.cannotWrite(path: json, reason: error.localizedDescription) }
        }
        if report.isInterrupted {
            Align.log("interrupted; run the same command again to continue")
            throw ExitCode(130)
        }
        if !report.isSound { throw ExitCode(ExitStatus.badData.rawValue) }
    }

    /// Two if 2 GB are available for each, otherwise one.
    private static var defaultJobs: Int {
        let text = (try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("MemAvailable:") }
        let kilobytes = line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        return kilobytes > 4_000_000 ? min(2, ProcessInfo.processInfo.activeProcessorCount) : 1
    }
}

/// An interruption that worker threads can poll.
private struct StopFlag: @unchecked Sendable {
    // Only the atomic flag is read.
    private let interruption: Interruption

    init(_ interruption: Interruption) { self.interruption = interruption }

    var isRequested: Bool { interruption.isRequested }
}
