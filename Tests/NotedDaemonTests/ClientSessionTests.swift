import Basics
import NIOCore
import Testing
import Wire

@testable import NotedDaemon

@Suite struct ClientSessionTests {
    private static var limits: ClientSession.Limits {
        var limits = ClientSession.Limits()
        limits.queue = 1000
        limits.write = 250
        limits.patience = 10
        return limits
    }

    private func line(_ size: Int, _ letter: Character = "a") -> ByteBuffer {
        ByteBuffer(string: String(repeating: letter, count: size))
    }

    private func recovery() -> ByteBuffer { ByteBuffer(string: "R") }

    @Test func linesAreWrittenInOrderAndBatched() {
        var session = ClientSession(limits: Self.limits)
        session.offer(line(1, "a"), .event, now: 0)
        session.offer(line(1, "b"), .answer, now: 0)
        session.offer(line(1, "c"), .picture, now: 0)
        #expect(session.nextWrite(recovery: recovery).map { String(buffer: $0) } == "abc")
        session.offer(line(1, "d"), .event, now: 0)
        #expect(session.nextWrite(recovery: recovery) == nil, "one write at a time")
        session.written()
        #expect(session.nextWrite(recovery: recovery).map { String(buffer: $0) } == "d")
        session.written()
        #expect(session.isIdle)
        #expect(session.pendingBytes == 0)
    }

    @Test func writesAreBounded() {
        var session = ClientSession(limits: Self.limits)
        for _ in 0..<5 { session.offer(line(100), .event, now: 0) }
        #expect(session.nextWrite(recovery: recovery)?.readableBytes == 200)
    }

    @Test func fullQueueDropsEventsAndKeepsResponses() {
        var session = ClientSession(limits: Self.limits)
        session.offer(line(200, "w"), .event, now: 0)
        _ = session.nextWrite(recovery: recovery)
        session.offer(line(300, "x"), .event, now: 1)
        session.offer(line(10, "y"), .answer, now: 1)
        session.offer(line(600, "z"), .event, now: 2)
        #expect(session.behindSince == 2)
        session.offer(line(1, "n"), .event, now: 3)
        session.written()
        #expect(
            session.nextWrite(recovery: recovery).map { String(buffer: $0) } == "R" + String(repeating: "y", count: 10))
        #expect(session.behindSince == nil)
        #expect(session.resyncs == 1)
    }

    @Test func picturesAreDroppedAboveHalfFull() {
        var session = ClientSession(limits: Self.limits)
        session.offer(line(400), .event, now: 0)
        session.offer(line(200), .picture, now: 0)
        #expect(session.pendingBytes == 400)
        session.offer(line(200), .event, now: 0)
        #expect(session.pendingBytes == 600)
        #expect(session.behindSince == nil)
    }

    @Test func positionsAreCoalescedAboveOneEighth() {
        var session = ClientSession(limits: Self.limits)
        session.offer(line(100, "w"), .event, now: 0)
        _ = session.nextWrite(recovery: recovery)
        for letter in "abcdefgh" { session.offer(line(20, letter), .position, now: 0) }
        #expect(session.pendingBytes == 140, "one-eighth of the queue, and the newest")
        session.offer(line(10, "n"), .event, now: 0)
        session.offer(line(20, "i"), .position, now: 0)
        session.written()
        let sent = session.nextWrite(recovery: recovery).map { String(buffer: $0) } ?? ""
        #expect(
            sent == String(repeating: "a", count: 20) + String(repeating: "h", count: 20)
                + String(repeating: "n", count: 10) + String(repeating: "i", count: 20))
        session.written()
        #expect(session.isIdle)
        #expect(session.pendingBytes == 0)
    }

    @Test func positionsNeverOverflowTheQueue() {
        var session = ClientSession(limits: Self.limits)
        session.offer(line(100, "w"), .event, now: 0)
        _ = session.nextWrite(recovery: recovery)
        for _ in 0..<10_000 { session.offer(line(30), .position, now: 0) }
        #expect(session.behindSince == nil)
        #expect(session.pendingBytes < 200)
        session.offer(line(600), .event, now: 0)
        #expect(session.behindSince == nil, "there is room for notes")
    }

    /// A client that reads slowly, but steadily, gets positions that are at most as old as the limit and one write.
    @Test func staleLinesCoalescePositionsAndDropPictures() {
        var session = ClientSession(limits: Self.limits)
        session.offer(line(1, "w"), .event, now: 0)
        _ = session.nextWrite(recovery: recovery)
        session.offer(line(1, "a"), .position, now: 0.1)
        session.offer(line(1, "b"), .position, now: 0.6)
        session.offer(line(1, "c"), .position, now: 0.7)
        session.offer(line(1, "p"), .picture, now: 0.7)
        session.offer(line(1, "n"), .event, now: 0.8)
        session.offer(line(1, "d"), .position, now: 0.9)
        session.written()
        #expect(session.nextWrite(recovery: recovery).map { String(buffer: $0) } == "acnd")
        session.written()
        session.offer(line(1, "e"), .position, now: 1)
        session.offer(line(1, "f"), .position, now: 1.1)
        #expect(session.nextWrite(recovery: recovery).map { String(buffer: $0) } == "ef", "nothing waited")
        session.written()
        #expect(session.isIdle && session.pendingBytes == 0)
    }

    @Test func positionRateIsLimited() {
        var session = ClientSession(limits: Self.limits)
        session.setPositionRate(10)
        var count = 0
        for hop in 0..<861 {
            session.offer(line(1), .position, now: Double(hop) * 512 / 44_100)
            while session.nextWrite(recovery: recovery) != nil {
                session.written()
                count += 1
            }
        }
        #expect((98...102).contains(count))
        session.setPositionRate(0)
        for _ in 0..<5 { session.offer(line(1), .position, now: 20) }
        #expect(session.nextWrite(recovery: recovery)?.readableBytes == 5)
    }

    @Test func unreadResponsesPauseRequests() {
        var session = ClientSession(limits: Self.limits)
        #expect(session.wantsRequests)
        session.offer(line(501), .answer, now: 0)
        #expect(!session.wantsRequests)
        _ = session.nextWrite(recovery: recovery)
        session.written()
        #expect(session.wantsRequests)
    }

    @Test func clientBehindTooLongIsTooSlow() {
        var session = ClientSession(limits: Self.limits)
        session.offer(line(900), .event, now: 0)
        _ = session.nextWrite(recovery: recovery)
        session.offer(line(900), .event, now: 5)
        #expect(!session.isTooSlow(now: 15))
        #expect(session.isTooSlow(now: 15.1))
    }

    @Test func nothingFollowsTheLastLine() {
        var session = ClientSession(limits: Self.limits)
        session.offer(line(3, "a"), .event, now: 0)
        session.close(with: line(1, "z"), dropping: false)
        session.offer(line(3, "b"), .event, now: 0)
        #expect(session.nextWrite(recovery: recovery).map { String(buffer: $0) } == "aaaz")
        session.written()
        #expect(session.isIdle && session.isClosing)
    }

    @Test func closingCanDropTheQueue() {
        var session = ClientSession(limits: Self.limits)
        session.offer(line(3, "a"), .event, now: 0)
        session.close(with: line(1, "z"), dropping: true)
        #expect(session.nextWrite(recovery: recovery).map { String(buffer: $0) } == "z")
    }

    /// In any traffic the queue stays bounded, every response arrives, and a snapshot follows every loss.
    @Test(arguments: 0..<50) func randomTraffic(seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        var session = ClientSession(limits: Self.limits)
        var now = 0.0
        var answersOffered = 0
        var received = ""
        var isWriting = false
        for _ in 0..<2000 {
            now += 0.01
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<5: session.offer(line(Int.random(in: 1...300, using: &random), "e"), .event, now: now)
            case 5: session.offer(line(Int.random(in: 1...300, using: &random), "p"), .picture, now: now)
            case 6 where session.wantsRequests:
                answersOffered += 1
                session.offer(line(1, "A"), .answer, now: now)
            default:
                if isWriting { session.written() }
                isWriting = false
                if let bytes = session.nextWrite(recovery: recovery) {
                    received += String(buffer: bytes)
                    isWriting = true
                }
            }
            // Responses and the snapshot may exceed the limit slightly.
            #expect(session.pendingBytes <= 1002)
        }
        while true {
            session.written()
            guard let bytes = session.nextWrite(recovery: recovery) else { break }
            received += String(buffer: bytes)
        }
        #expect(received.count { $0 == "A" } == answersOffered)
        #expect(received.count { $0 == "R" } == session.resyncs)
        #expect(session.pendingBytes == 0)
    }
}
