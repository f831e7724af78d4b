import ArgumentParser
import Benchmarks
import Networks

struct BenchAllocations: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "allocations",
        abstract: "Count heap allocations per hop of the engine, the note tracker and the followers.",
        discussion:
            "Prints one JSON object. Run it through Scripts/check-benchmarks.py, which preloads an allocation counter.")

    @Argument(help: "Model to measure (default: the default model).") var model: String?

    @Option(help: "Seconds of music to process.") var seconds = 20.0

    func validate() throws {
        if !(1...600).contains(seconds) { throw ValidationError("--seconds must be between 1 and 600.") }
    }

    func run() throws {
        try Self.reporting {
            guard AllocationBenchmark.isPossible else {
                throw ValidationError("No allocation counter is preloaded; run Scripts/check-benchmarks.py instead.")
            }
            let model = try Model(contentsOf: try self.model ?? ModelLookup.find())
            print(try Self.line(try AllocationBenchmark(model: model, seconds: seconds)))
        }
    }
}
