import ArgumentParser
import Datasets
import Foundation
import Terminal

struct DatasetStats: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats",
        abstract: "Summarize a dataset by composer, ensemble and instrument, as in the paper's Table 1.",
        discussion: """
            An instrument's minutes are those of all recordings in which it plays; its notes are its distinct pitches. \
            Only the headers of audio files are read. Composers and ensembles come from MusicNet's metadata file.

            Splits: all; train and test as published by MusicNet (test is ten ids and everything in test_data); paper \
            and paper-train, where paper is the three test recordings of the paper.
            """)

    @Argument(help: "Folder of recordings with labels.") var folder: String
    @Option(help: ArgumentHelp("File like musicnet_metadata.csv (default: the one in the folder).", valueName: "x.csv"))
    var metadata: String?
    @Option(help: "Recordings to include: \(DatasetFolder.Split.choices).") var split = "all"
    @Flag(help: "Print JSON instead of tables.") var json = false

    func validate() throws {
        try Self.checkSplit(split)
    }

    func run() throws {
        Descriptor.ignoreWriteSignals()
        try Self.reporting {
            var line = ProgressLine("read", total: nil, unit: .count("recordings"))
            let report = try StatisticsReport(
                folder: folder, metadata: metadata, split: DatasetFolder.Split(rawValue: split) ?? .all
            ) { done, _ in line.update(Double(done)) }
            line.finish(Double(report.statistics.recordings))
            for remark in report.remarks { Self.log(remark) }
            try Self.emit(json ? Self.pretty(report.statistics) : report.statistics.table)
            if report.unreadable > 0 { throw ExitCode(ExitStatus.badData.rawValue) }
        }
    }
}
