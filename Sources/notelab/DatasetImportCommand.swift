import ArgumentParser
import Datasets
import Foundation
import Terminal

struct DatasetImporter: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Check recordings and their labels, and copy the usable ones into a dataset.",
        discussion: """
            Reads every recording to its end and reports all problems, counted by kind and listed by file. A recording \
            with errors is unusable, and the exit code is 65; warnings alone give exit code 0.

            If the folder contains MD5SUMS, SHA256SUMS, *.md5 or *.sha256, files are verified against these checksums.

            With --out, usable recordings are written as mono WAV at 44.1 kHz (32-bit float if the source is a float \
            WAV, otherwise 16-bit) with labels in MusicNet's columns. An interrupted import continues when you run it \
            again: recordings whose files have not changed are not read again.
            """)

    @Argument(help: "Folder of recordings with labels.") var source: String
    @Option(help: ArgumentHelp("Folder for the usable recordings; created if missing.", valueName: "folder")) var out:
        String?
    @Option(help: ArgumentHelp("File of MD5 or SHA-256 checksums.", valueName: "file")) var checksums: String?
    @Flag(help: "Print JSON instead of text.") var json = false

    func validate() throws {
        let paths = [source, out ?? ""].map { URL(fileURLWithPath: $0).standardizedFileURL.path }
        if out != nil, paths[0] == paths[1] {
            throw ValidationError("--out must be a different folder from the source.")
        }
    }

    func run() throws {
        Descriptor.ignoreWriteSignals()
        try Self.reporting {
            var line = ProgressLine("check", total: nil, unit: .count("recordings"))
            let report = try DatasetImport(source: source, output: out, checksums: checksums).run { done, _ in
                line.update(Double(done))
            }
            line.finish(Double(report.recordings.count))
            try Self.emit(json ? Self.pretty(report) : report.text)
            if !report.isSound { throw ExitCode(ExitStatus.badData.rawValue) }
        }
    }
}
