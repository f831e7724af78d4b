import ArgumentParser
import Datasets
import Foundation
import Terminal

struct DatasetStats: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats",
        abstract: "Count minutes, labels and recordings by composer, ensemble and instrument: the paper's Table 1.",
        discussion: """
            An instrument's minutes are those of the recordings in which it plays; its notes are the distinct ones it plays.
            Of the audio only headers are read. Composers and ensembles come from MusicNet's metadata file.

            Splits: all; train and test as MusicNet is published (test: ten ids, and what lies in test_data); paper and
            paper-train with the three test recordings of the paper.
            """)

    @Argument(help: "A folder of recordings with labels.") var folder: String
    @Option(help: "A file like musicnet_metadata.csv (default: the one in the folder).") var metadata: String?
    @Option(help: "Which recordings: \(DatasetFolder.Split.choices).") var split = "all"
    @Flag(help: "Print JSON instead of tables.") var json = false

    func validate() throws {
        try Self.checkSplit(split)
    }

    func run() throws {
        Descriptor.ignoreBrokenPipes()
        try Self.reporting {
            var line = ProgressLine("read", total: nil, unit: .count("recordings"))
            let report = try StatisticsReport(
                folder: folder, metadata: metadata, split: DatasetFolder.Split(rawValue: split) ?? .all
            ) { done, _ in line.update(Double(done)) }
            line.finish(Double(report.statistics.recordings))
            for remark in report.remarks { Self.say(remark) }
            try Self.output(json ? Self.pretty(report.statistics) : report.statistics.table)
            if report.unreadable > 0 { throw ExitCode(ExitStatus.badData.rawValue) }
        }
    }
}
