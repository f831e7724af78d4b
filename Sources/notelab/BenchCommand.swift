import Alignment
import ArgumentParser
import Benchmarks
import Foundation
import Networks
import Training

struct Bench: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure the cost of streaming, training, alignment and following on this machine.",
        discussion: "Scripts/bench.py compares the results with onnxruntime, PyTorch and matchmaker.",
        subcommands: [
            BenchEngine.self, BenchTraining.self, BenchWarping.self, BenchFollowing.self, BenchAllocations.self,
        ])
}

struct BenchEngine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "engine",
        abstract: "Compare the cost of a streamed hop with the evaluation of its whole window.")

    @Argument(help: "Models to measure (default: the paper's network at strides 64 and 8, with random weights).")
    var models: [String] = []

    @Option(help: "Hops to measure.") var hops = 2000
    @Flag(help: "Print one JSON object per line instead of a table.") var json = false

    func validate() throws {
        if hops < 10 { throw ValidationError("--hops must be at least 10.") }
    }

    func run() throws {
        try Self.reporting {
            if !json {
                print(
                    "network          us/hop  live us/hop  % of a core  result us (p99)  "
                        + "whole window us  ratio  difference")
            }
            let measured =
                try models.isEmpty
                ? [64, 8].map { try Model.random(.paper(stride: $0), seed: 1) }
                : models.map { try Model(contentsOf: $0) }
            for model in measured {
                let result = try EngineBenchmark(model: model, hops: hops)
                print(json ? try Self.line(result) : Self.row(result))
            }
        }
    }

    private static func row(_ result: EngineBenchmark) -> String {
        String(
            format: "%@  %6.1f  %11.1f  %11.2f  %9.1f (%3.0f)  %15.0f  %5.1f  %10.1e",
            String((result.stride.map { "stride \($0)" } ?? result.name).prefix(15)).padding(
                toLength: 15, withPad: " ", startingAt: 0),
            result.hopMicroseconds, result.liveHopMicroseconds,
            result.corePercent, result.resultMicroseconds, result.resultMicroseconds99, result.windowMicroseconds,
            result.ratio, result.largestDifference)
    }
}

struct BenchTraining: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "training",
        abstract: "Measure the speed of training the paper's network at stride 64.")

    @Option(help: "Threads (default: one per processor).") var threads: Int?
    @Option(help: "Steps to measure.") var steps = 5
    @Flag(help: "Print one JSON object per line instead of a table.") var json = false

    func validate() throws {
        if let threads, threads < 1 { throw ValidationError("--threads must be at least 1.") }
        if steps < 1 { throw ValidationError("--steps must be at least 1.") }
    }

    func run() throws {
        try Self.reporting {
            if !json { print("threads  windows an excerpt  windows/s  OpenBLAS kernel") }
            for (batch, windows) in [(128, 1), (32, 9)] {
                let recipe = Recipe.benchmark(batch: batch, windowsPerExcerpt: windows)
                let speed = try TrainingSpeed(
                    recipe: recipe, threads: threads ?? ProcessInfo.processInfo.activeProcessorCount, steps: steps)
                print(
                    json
                        ? try Self.line(speed)
                        : String(
                            format: "%7d  %18d  %9.0f  %@", speed.threads, speed.windowsPerExcerpt,
                            speed.windowsPerSecond, speed.kernel as NSString))
            }
        }
    }
}

struct BenchWarping: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "warping",
        abstract: "Measure the speed and memory of exact dynamic time warping on the paper's features.",
        discussion: "Warps synthetic features onto a copy of themselves with an uneven tempo.")

    @Option(help: "Length of both sequences, in minutes at 86 vectors per second.") var minutes = 4.0
    @Option(help: "Threads (default: one per processor).") var threads: Int?
    @Flag(help: "Print one JSON object per line instead of a table.") var json = false

    func validate() throws {
        if !(0.01...600).contains(minutes) { throw ValidationError("--minutes must be between 0.01 and 600.") }
        if let threads, threads < 1 { throw ValidationError("--threads must be at least 1.") }
    }

    func run() throws {
        try Self.reporting {
            if !json { print("threads  norm        cells  seconds  Mcells/s  CPU seconds  peak MB") }
            for norm in Norm.allCases {
                let speed = try WarpingSpeed(
                    minutes: minutes, norm: norm,
                    threads: threads ?? ProcessInfo.processInfo.activeProcessorCount)
                print(
                    json
                        ? try Self.line(speed)
                        : String(
                            format: "%7d  %4@  %11ld  %7.2f  %8.0f  %11.2f  %7.0f", speed.threads,
                            speed.norm as NSString,
                            speed.cells, speed.seconds, speed.cellsPerSecond / 1e6, speed.processorSeconds,
                            speed.peakMegabytes))
            }
        }
    }
}
