import ArgumentParser
import Terminal

@main
struct Notelab: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "notelab",
        abstract: "Transcribe, align and follow recordings offline; train and evaluate the models of noted.",
        discussion: """
            Examples:
              notelab transcribe take.flac --out take.mid
              notelab align score.mxl take.flac --out labels.csv
              notelab follow score.mxl take.flac --out positions.csv
              notelab teach score.mxl take.flac --out mine.safetensors

            Results go to standard output or to files, messages to standard error. Exit codes: 0 success, 64 invalid \
            usage, 65 invalid data, 66 missing input, 74 input/output error, 130 interrupted.
            """,
        version: Version.current,
        subcommands: [
            Transcribe.self, Align.self, AlignStudy.self, Follow.self, ScoreCommand.self, Evaluate.self,
            EvaluateFollowing.self, Table.self, Train.self, Teach.self, Dataset.self, Bench.self, Plot.self,
        ])

    static func main() {
        DispatchLog.silence()
        Descriptor.reserveStandard()
        main(nil)
    }
}
