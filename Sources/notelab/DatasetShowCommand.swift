import ArgumentParser
import Datasets
import Foundation
import Terminal

struct DatasetShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "List the labels of a recording, as in the paper's Table 2.",
        discussion: """
            Label files count beats from the beginning of the score and do not contain measures. --meter adds measure \
            numbers. It takes the number of beats in a measure and, after a colon, in the pickup: 4, 3:1, 4:0.5. \
            Measures and beats are counted from 1, starting at the first full measure.

            Examples:
              notelab dataset show musicnet 2382 --from 45 --to 50 --meter 2
              notelab dataset show test_labels/2382.csv --limit 20
            """)

    @Argument(help: "Folder of recordings with labels, or a label file.") var folder: String
    @Argument(help: "Name of the recording; optional if there is only one.") var recording: String?
    @Option(help: ArgumentHelp("Omit labels that end before this time.", valueName: "s")) var from: Double?
    @Option(help: ArgumentHelp("Omit labels that start at or after this time.", valueName: "s")) var to: Double?
    @Option(help: ArgumentHelp("Maximum number of labels.", valueName: "n")) var limit: Int?
    @Option(help: ArgumentHelp("Beats in a measure and, optionally, in the pickup.", valueName: "beats[:pickup]"))
    var meter: String?
    @Flag(help: "Print JSON instead of a table.") var json = false

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit must be at least 1.") }
        if let meter, Meter(meter) == nil {
            throw ValidationError("--meter must be the number of beats in a measure, such as 4, or with a pickup 4:1.")
        }
        if let from, let to, to <= from { throw ValidationError("--to must be later than --from.") }
    }

    func run() throws {
        Descriptor.ignoreWriteSignals()
        try Self.reporting {
            let labels = try LabelTable.labels(at: folder, recording: recording)
            let table = LabelTable(
                labels, from: from ?? -.infinity, to: to ?? .infinity, limit: limit ?? .max,
                meter: meter.flatMap { Meter($0) })
            try Self.emit(json ? Self.pretty(table) : table.text)
            if !json, table.rows.count < table.found {
                Self.log("\(table.found - table.rows.count) more labels; see --limit")
            }
        }
    }
}
