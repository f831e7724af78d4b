import Testing
import Wire

@testable import NotedDaemon

@Suite struct RequestIntakeTests {
    private func line(_ text: String) -> LineAssembler.Event { .line(Array(text.utf8)) }

    @Test func linesWaitWhileOneIsParsed() {
        var intake = RequestIntake()
        intake.append([line("a"), line("b")])
        #expect(intake.next() == line("a"))
        intake.beginParsing([1])
        #expect(intake.next() == nil)
        let isWanted = intake.endParsing()
        #expect(isWanted)
        #expect(intake.next() == line("b"))
        #expect(intake.isEmpty)
    }

    /// A client that uploads without pause gets one processor; its other requests don't wait.
    @Test func longLinesWaitForTheRequestOfALongLine() {
        var intake = RequestIntake()
        intake.append([.longLine([1]), line("a"), .longLine([2])])
        #expect(intake.next() == .longLine([1]))
        intake.beginParsing([1])
        #expect(!intake.takesLongLines)
        _ = intake.endParsing()
        let ticket = intake.start(.integer(1))
        #expect(!intake.takesLongLines)
        #expect(intake.next() == line("a"))
        let short = intake.start(.integer(2))
        _ = intake.complete(short)
        #expect(!intake.isReady && intake.next() == nil)
        _ = intake.complete(ticket)
        #expect(intake.takesLongLines && intake.next() == .longLine([2]))
    }

    @Test func runningRequestsAreBounded() {
        var intake = RequestIntake()
        let tickets = (0..<RequestIntake.maximumRunning).map { intake.start(.integer(Int64($0))) }
        intake.append([line("a")])
        #expect(intake.next() == nil)
        let first = intake.complete(tickets[0])
        #expect(first)
        let again = intake.complete(tickets[0])
        #expect(!again)
        #expect(intake.next() == line("a"))
    }

    @Test func stoppingYieldsEveryUnansweredRequest() {
        var intake = RequestIntake()
        let done = intake.start(.integer(1))
        let late = intake.start(.string("b"))
        _ = intake.start(nil)
        _ = intake.start(.integer(3))
        _ = intake.complete(done)
        intake.beginParsing(Array(#"{"jsonrpc":"2.0","id":4,"method":"ping"}"#.utf8))
        let ids = intake.stop()
        #expect(ids == [.string("b"), .integer(3), .integer(4)])
        let isStillWanted = intake.complete(late)
        #expect(!isStillWanted, "it has been answered")
        let isParsingWanted = intake.endParsing()
        #expect(!isParsingWanted)
        #expect(intake.isReady)
    }
}
