import ArgumentParser
import Datasets
import Foundation
import Terminal

struct DatasetImporter: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Check recordings and their labels, and copy what is usable into a dataset folder.",
        discussion: """
            Every recording is read to its end. The report counts what is wrong by kind, and has a line for each file.
            Errors keep a recording from being used (exit code 65); warnings don't (exit code 0).

            Files are compared with their checksums where the folder has MD5SUMS, SHA256SUMS, *.md5 or *.sha256 as md5sum
            and sha256sum write them.

            With --out, usable recordings are written as mono WAV at 44.1 kHz (32-bit floats if the source is a WAV file of
            floats, else 16 bits) with labels in MusicNet's columns. An import that was cut off goes on where it stopped:
            recordings whose files haven't changed are not read again.
            """)

    @Argument(help: "A folder of recordings with labels.") var source: String
    @Option(help: "Folder for the usable recordings; made if missing.") var out: String?
    @Option(help: "A file of checksums, MD5 or SHA-256.") var checksums: String?
    @Flag(help: "Print JSON instead of text.") var json = false

    func validate() throws {
        let paths = [source, out ?? ""].map { URL(fileURLWithPath: $0).standardizedFileURL.path }
        if out != nil, paths[0] == paths[1] { throw ValidationError("--out should be another folder than the source.") }
    }

    func run() throws {
        Descriptor.ignoreBrokenPipes()
        try Self.reporting {
            var line = ProgressLine("check", total: nil, unit: .count("recordings"))
            let report = try DatasetImport(source: source, output: out, checksums: checksums).run { done, _ in
                line.update(Double(done))
            }
            line.finish(Double(report.recordings.count))
            try Self.output(json ? Self.pretty(report) : report.text)
            if !report.isSound { throw ExitCode(ExitStatus.badData.rawValue) }
        }
    }
}
