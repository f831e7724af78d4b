import ArgumentParser
import Basics
import Benchmarks
import Following
import Foundation

struct BenchFollowing: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "following",
        abstract: "Measure the cost and memory of following by length of score.",
        discussion: """
            The follower follows synthetic quartets from their middle on, then receives other music, so that it \
            searches. Cost is the processor time of one thread. Loading is wall time, first with an empty cache, then \
            with a warm one. Memory is the heap in use by the prepared score and by the follower.
            """)

    @Option(help: ArgumentHelp("Lengths of the scores in minutes.", valueName: "list")) var minutes = "1,10,60,240"
    @Option(help: "Hops to measure in each state.") var hops = 2000
    @Option(help: "Following method.") var method = FollowingMethod.standard
    @Option(
        help:
            "Soundfont for rendering the score: a path or the name of an installed file (default: the best installed).")
    var soundfont: String?
    @Flag(help: "Print one JSON object per line instead of a table.") var json = false

    private func lengths() throws -> [Double] {
        let lengths = try minutes.split(separator: ",").map { word in
            guard let length = Double(word), (0.1...1440).contains(length) else {
                throw ValidationError("--minutes: '\(word)' is not a number from 0.1 to 1440.")
            }
            return length
        }
        if lengths.isEmpty { throw ValidationError("--minutes needs at least one number.") }
        return lengths
    }

    func validate() throws {
        _ = try lengths()
        if !(100...1_000_000).contains(hops) { throw ValidationError("--hops must be between 100 and 1000000.") }
    }

    func run() throws {
        try Self.reporting {
            var table = TextTable(
                columns: TextTable.Column.numbers(
                    "minutes", "notes", "load ms", "from cache ms", "us/hop", "p99", "us/hop, lost", "p99",
                    "score MB", "follower MB"))
            for length in try lengths() {
                let result = try FollowingBenchmark(
                    minutes: length, hops: hops, method: method, soundFont: soundfont)
                if json { try Self.emit(try Self.line(result)) } else { table.rows.append(Self.row(result)) }
            }
            if !json { try Self.emit(table.text) }
        }
    }

    private static func row(_ result: FollowingBenchmark) -> [String] {
        [
            Numeral.fixed(result.minutes, 1), Numeral.grouped(result.notes), Numeral.fixed(result.loadMilliseconds, 0),
            Numeral.fixed(result.cachedLoadMilliseconds, 0), Numeral.fixed(result.hopMicroseconds, 1),
            Numeral.fixed(result.hopMicroseconds99, 1), Numeral.fixed(result.lostHopMicroseconds, 1),
            Numeral.fixed(result.lostHopMicroseconds99, 1), Numeral.fixed(result.scoreMegabytes, 1),
            Numeral.fixed(result.followerMegabytes, 2),
        ]
    }
}
