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
        abstract: "Frequencies of a dataset's notes and of learned filters (the paper's Figure 5).",
        discussion: """
            Left, a histogram of the fundamental frequencies of all labelled notes; right, with --model, of the dominant \
            frequencies of the first layer's filters. Only labels are read, so a folder of label files will do.
            """)

    @Option(help: "Folder of recordings with labels, or of labels alone.") var dataset: String
    @Option(help: "The model whose filters are drawn beside the notes.") var model: String?
    @Option(help: "Which of MusicNet's parts: train, test or all.") var split = "all"
    @Option(help: "End of the axes, in Hz.") var highest = 3500.0
    @Option(help: "Width of a bar, in Hz.") var bin = 100.0
    @OptionGroup var output: PlotOutput

    func validate() throws {
        if DatasetFolder.Split(rawValue: split) == nil { throw ValidationError("--split is train, test or all.") }
        if !(100...96_000).contains(highest) { throw ValidationError("--highest should lie between 100 and 96000 Hz.") }
        if !(1...highest).contains(bin) || highest / bin > 2000 {
            throw ValidationError("--bin should lie between 1 Hz and --highest, and make 2000 bars at most.")
        }
    }

    func run() throws {
        try Self.reporting {
            let filters = try readFilters()
            var notes: [Double] = []
            for path in try labelFiles() {
                notes += try LabelFile(path: path).labels.map { FrequencyFigure.frequency(ofNote: $0.note.pitch) }
            }
            guard !notes.isEmpty else { throw FiguresError.noData("the labels of '\(dataset)' hold no note") }
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
            Self.say("\(filters.count - frequencies.count) filters are all zero; left out")
        }
        return (model.info.name, frequencies)
    }

    /// Those of the recordings, or, in a folder without any, all label files.
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
