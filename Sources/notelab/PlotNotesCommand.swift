import ArgumentParser
import Datasets
import Figures
import Foundation
import ModelFigures
import Music
import Networks

struct PlotNotes: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "notes",
        abstract: "Plot the frequencies of a dataset's notes and of learned filters (the paper's Figure 5).",
        discussion: """
            The left panel is a histogram of the fundamental frequencies of all labelled notes. With --model, the \
            right panel is one of the dominant frequencies of the first layer's filters. No audio is read, so a folder \
            of label files is enough.
            """)

    @Option(help: ArgumentHelp("Folder of recordings with labels, or of labels alone.", valueName: "folder"))
    var dataset: String
    @Option(help: "Model whose filters are drawn beside the notes.") var model: String?
    @Option(help: "MusicNet split: \(DatasetFolder.Split.choices).") var split = "all"
    @Option(help: ArgumentHelp("Upper end of the frequency axes.", valueName: "Hz")) var highest = 3500.0
    @Option(help: ArgumentHelp("Width of a histogram bin.", valueName: "Hz")) var bin = 100.0
    @OptionGroup var output: PlotOutput

    func validate() throws {
        if DatasetFolder.Split(rawValue: split) == nil {
            throw ValidationError("--split must be one of \(DatasetFolder.Split.choices).")
        }
        if !(100...96_000).contains(highest) { throw ValidationError("--highest must be between 100 and 96000 Hz.") }
        if !(1...highest).contains(bin) || highest / bin > 2000 {
            throw ValidationError("--bin must be between 1 Hz and --highest, and give at most 2000 bins.")
        }
    }

    func run() throws {
        try Self.reporting {
            let filters = try readFilters()
            var notes: [Double] = []
            for path in try labelFiles() {
                notes += try LabelFile(path: path).labels.map { FrequencyFigure.frequency(ofNote: $0.note.pitch) }
            }
            guard !notes.isEmpty else { throw FiguresError.noData("the labels in '\(dataset)' contain no notes") }
            try output.write(
                FrequencyFigure.figure(
                    notes: notes, filters: filters?.frequencies,
                    dataset: URL(fileURLWithPath: dataset).standardizedFileURL.lastPathComponent, model: filters?.name,
                    highest: highest, binWidth: bin))
        }
    }

    private func readFilters() throws -> (name: String, frequencies: [Double])? {
        guard let path = model else { return nil }
        let model = try Model(contentsOf: path)
        let filters = try model.learnedFilters(path: path)
        let frequencies = filters.compactMap(\.spectrum.dominantFrequency)
        if frequencies.count < filters.count {
            Self.log("\(filters.count - frequencies.count) filters are all zero and are ignored")
        }
        return (model.info.name, frequencies)
    }

    /// The label files of all recordings; in a folder without recordings, all label files.
    private func labelFiles() throws -> [String] {
        let labels = (try? FileManager.default.contentsOfDirectory(atPath: dataset)) ?? []
        let alone = labels.filter { $0.lowercased().hasSuffix(".csv") }.sorted()
        do {
            let folder = try DatasetFolder(path: dataset, split: DatasetFolder.Split(rawValue: split) ?? .all)
            return folder.recordings.map(\.labelPath)
        } catch let error {
            guard case .noRecordings = error, !alone.isEmpty else { throw error }
            return alone.map { URL(fileURLWithPath: dataset).appendingPathComponent($0).path }
        }
    }
}
