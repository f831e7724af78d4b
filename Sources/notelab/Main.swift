import ArgumentParser

@main
struct Notelab: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "notelab",
        abstract: "Transcription, alignment, following, datasets, training and evaluation: the laboratory of noted.",
        subcommands: [
            Transcribe.self, Align.self, AlignStudy.self, Follow.self, ScoreCommand.self, Evaluate.self,
            EvaluateFollowing.self, Table.self, Train.self, Teach.self, Dataset.self, Bench.self, Plot.self,
        ])
}
