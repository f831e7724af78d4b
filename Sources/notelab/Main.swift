import ArgumentParser

@main
struct Notelab: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "notelab",
        abstract: "Transcription, alignment, datasets, training and evaluation: the laboratory of noted.",
        subcommands: [
            Transcribe.self, Align.self, AlignStudy.self, ScoreCommand.self, Evaluate.self, Table.self, Train.self,
            Teach.self, Dataset.self, Bench.self, Plot.self,
        ])
}
