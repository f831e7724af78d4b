import Alignment
import AlignmentTools
import ArgumentParser
import Foundation
import Terminal

/// `notelab align` on a folder or list of pairs.
struct AlignArchive: ParsableArguments {
    @Option(help: "Folder for the results of all pairs; made if missing.") var outDir: String?
    @Option(help: "Instead of a folder: a CSV file of score,audio[,name], paths relative to it.") var pairs: String?
    @Option(help: "What is written for each pair, separated by commas: csv, json, mid, svg, png, mix.")
    var formats = "csv,json"
    @Flag(help: "Write labels of rejected pairs too.") var keepRejected = false
    @Option(help: "Pairs at a time (default: 2 if there is memory for it).") var jobs: Int?

    func validate() throws {
        _ = try kinds()
        if let jobs, !(1...64).contains(jobs) { throw ValidationError("--jobs should lie between 1 and 64.") }
    }

    /// The options of this group say nothing without `--out-dir`.
    func refuseAlone() throws {
        if pairs != nil { throw ValidationError("--pairs goes with --out-dir.") }
        if keepRejected {
            throw ValidationError("--keep-rejected goes with --out-dir; for one recording there is --force.")
        }
    }

    private func kinds() throws -> Set<ArchiveRun.Output> {
        let names = formats.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        let kinds = try names.map { name in
            guard let kind = ArchiveRun.Output(rawValue: name) else {
                throw ValidationError("--formats knows csv, json, mid, svg, png and mix, not '\(name)'.")
            }
            return kind
        }
        guard !kinds.isEmpty else { throw ValidationError("--formats should name one kind of result at least.") }
        return Set(kinds)
    }

    /// - Parameters:
    ///   - source: a folder; nil for the list of `--pairs`.
    ///   - json: where the report goes as JSON.
    func run(_ source: String?, into folder: String, method: AlignMethod, json: String?) throws {
        if let json { try OutputCheck.check(json) }
        let listing =
            try pairs.map { path throws(AlignmentError) in try ArchiveListing(list: path) }
            ?? ArchiveListing(folder: source ?? ".", excluding: folder)
        let run = ArchiveRun(
            listing, into: folder, aligner: try method.aligner(), parameters: method.parameters,
            outputs: try kinds(), keepsRejected: keepRejected, jobs: jobs ?? Self.usualJobs)
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
        try Align.output(report.text)
        if let json {
            do {
                try Data((Align.pretty(report) + "\n").utf8).write(to: URL(fileURLWithPath: json), options: .atomic)
            } catch { throw AlignmentError.cannotWrite(path: json, reason: error.localizedDescription) }
        }
        if report.isInterrupted {
            Align.say("stopped; the same command goes on where it was")
            throw ExitCode(130)
        }
        if !report.isSound { throw ExitCode(ExitStatus.badData.rawValue) }
    }

    /// Two where each can have two gigabytes.
    private static var usualJobs: Int {
        let text = (try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("MemAvailable:") }
        let kilobytes = line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        return kilobytes > 4_000_000 ? min(2, ProcessInfo.processInfo.activeProcessorCount) : 1
    }
}

/// An interruption that threads may ask about.
private struct StopFlag: @unchecked Sendable {
    // Its flag is atomic; the rest of it is not touched.
    private let interruption: Interruption

    init(_ interruption: Interruption) { self.interruption = interruption }

    var isRequested: Bool { interruption.isRequested }
}
