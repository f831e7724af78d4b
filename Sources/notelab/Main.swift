import ArgumentParser

@main
struct Notelab: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "notelab",
        abstract: "Datasets, training, evaluation and transcription of files: the laboratory of noted.",
        subcommands: [
            Transcribe.self, Evaluate.self, Table.self, Train.self, Dataset.self, Bench.self, Plot.self,
        ])
}
