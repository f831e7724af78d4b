import ArgumentParser
import Datasets
import Foundation
import Terminal

struct DatasetShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "List a recording's labels: the paper's Table 2.",
        discussion: """
            Label files count beats from the beginning of the score and know no measures. --meter says how many beats a
            measure has, and after a colon how many come before the first whole one: 4, 3:1, 4:0.5. The first whole
            measure is number 1, and its first beat too.

                notelab dataset show musicnet 2382 --from 45 --to 50 --meter 2
                notelab dataset show test_labels/2382.csv --limit 20
            """)

    @Argument(help: "A folder of recordings with labels, or a label file.") var folder: String
    @Argument(help: "The recording's name; not needed where there is but one.") var recording: String?
    @Option(help: "Seconds: leave out what ends before.") var from: Double?
    @Option(help: "Seconds: leave out what begins then or later.") var to: Double?
    @Option(help: "Show at most so many labels.") var limit: Int?
    @Option(help: "Beats in a measure, and the pickup's after a colon.") var meter: String?
    @Flag(help: "Print JSON instead of a table.") var json = false

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit takes at least 1.") }
        if let meter, Meter(meter) == nil {
            throw ValidationError("--meter takes beats in a measure, such as 4, or with a pickup 4:1.")
        }
        if let from, let to, to <= from { throw ValidationError("--to should be later than --from.") }
    }

    func run() throws {
        Descriptor.ignoreBrokenPipes()
        try Self.reporting {
            let labels = try LabelTable.labels(at: folder, recording: recording)
            let table = LabelTable(
                labels, from: from ?? -.infinity, to: to ?? .infinity, limit: limit ?? .max,
                meter: meter.flatMap { Meter($0) })
            try Self.output(json ? Self.pretty(table) : table.text)
            if !json, table.rows.count < table.found {
                Self.say("\(table.found - table.rows.count) more labels; see --limit")
            }
        }
    }
}
