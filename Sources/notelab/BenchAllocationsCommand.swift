import ArgumentParser
import Benchmarks
import Networks

struct BenchAllocations: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "allocations",
        abstract: "Heap allocations a hop of the engine, the note tracker and the followers, as one JSON object.",
        discussion: "Scripts/check-benchmarks.py runs it with the library that counts allocations.")

    @Argument(help: "Model whose engine and tracker are measured (default: the installed one).") var model: String?

    @Option(help: "Seconds of music.") var seconds = 20.0

    func validate() throws {
        if !(1...600).contains(seconds) { throw ValidationError("--seconds takes 1 to 600.") }
    }

    func run() throws {
        try Self.reporting {
            guard AllocationBenchmark.isPossible else {
                throw ValidationError("Nothing counts allocations here; run Scripts/check-benchmarks.py instead.")
            }
            let model = try Model(contentsOf: try self.model ?? ModelLookup.find())
            print(try Self.line(try AllocationBenchmark(model: model, seconds: seconds)))
        }
    }
}
