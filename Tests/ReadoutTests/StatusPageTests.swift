import Terminal
import Testing
import Wire

@testable import Readout

@Suite struct StatusPageTests {
    static var status: Status {
        Status(
            server: "noted 0.1.0", processID: 42, uptimeSeconds: 3725, epoch: 2, sample: 0,
            source: .init(source: "pulse", state: .running, detail: "Built-in", rate: 48000, channels: 1),
            model: .init(
                name: "cnn", path: "/usr/share/noted/models/default.safetensors", lookaheadMilliseconds: 185.76,
                window: 16384, hop: 512, parameters: 9),
            notes: [60, 64], level: .init(rms: -20, peak: -6.25),
            delay: .init(count: 3, median: 1, p90: 2, p99: 3, maximum: 4),
            cpu: .init(percent: 1.5, analysisPercent: 1.25, residentBytes: 80_000_000),
            counters: .init(hops: 100, silentHops: 3, lateHops: 2), clients: 5)
    }

    static func lines(_ status: Status = status, columns: Int, colours: TerminalTraits.Colours = .none) -> [String] {
        StatusPage(status, columns: columns, colours: colours).text.split(
            separator: "\n", omittingEmptySubsequences: false
        ).map(String.init)
    }

    @Test(arguments: [40, 60, 80, 100, 132, 200])
    func fitsTheTerminal(columns: Int) {
        let lines = Self.lines(columns: columns)
        let path = Self.status.model?.path ?? ""
        for line in lines where !line.contains(path) {
            #expect(line.count <= columns, "\(line)")
        }
        for label in ["daemon", "source", "level", "sounding", "model", "delay", "lost", "score", "clients", "cost"] {
            #expect(lines.contains { $0.hasPrefix(label) || $0.contains("    \(label) ") }, "no row for \(label)")
        }
        #expect(lines.allSatisfy { !$0.contains("\u{1B}") }, "no colours were requested")
    }

    @Test func wrapsOnANarrowTerminal() {
        let lines = Self.lines(columns: 40)
        #expect(lines.contains("delay      median 1.0, 90% 2.0, 99% 3.0,"))
        #expect(lines.contains("           max 4.0 ms plus the model's"))
    }

    @Test func placesSectionsSideBySideOnAWideTerminal() {
        let wide = Self.lines(columns: 150)
        #expect(wide.count < Self.lines(columns: 80).count)
        #expect(wide.contains { $0.hasPrefix("source") && $0.contains("    score ") }, "\(wide)")
    }

    @Test(arguments: [TerminalTraits.Colours.palette256, .direct], [80, 150])
    func coloursChangeNoText(colours: TerminalTraits.Colours, columns: Int) {
        var status = Self.status
        status.source.state = .failed
        status.counters.lostFrames = 100
        let coloured = Self.lines(status, columns: columns, colours: colours)
        let plain = coloured.map { $0.replacing(#/\u{1B}\[[0-9;]*m/#, with: "") }
        #expect(plain == Self.lines(status, columns: columns))
        #expect(coloured.contains { $0.contains("\u{1B}[38;") && $0.contains("failed") })
    }

    @Test func longWordsStayWhole() {
        #expect(
            StatusPage.wrapped("a long/path/that/does/not/fit b", width: 8) == [
                "a", "long/path/that/does/not/fit", "b",
            ])
        #expect(StatusPage.wrapped("", width: 8) == [""])
    }
}
