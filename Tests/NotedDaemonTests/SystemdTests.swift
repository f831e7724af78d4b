import Foundation
import Glibc
import Synchronization
import Testing

@testable import NotedDaemon

@Suite struct WatchdogTests {
    @Test func roundsKeepTheDaemonAlive() {
        var watchdog = Watchdog()
        for check in 0..<10 { #expect(watchdog.check(rounds: UInt64(check * 50), now: Double(check) * 5) == true) }
    }

    @Test func stuckThreadIsRejected() {
        var watchdog = Watchdog()
        #expect(watchdog.check(rounds: 1, now: 0) == true)
        #expect(watchdog.check(rounds: 1, now: 5) == false)
        #expect(watchdog.check(rounds: 1, now: 10) == false)
        #expect(watchdog.check(rounds: 2, now: 15) == true)
    }

    /// An idle loop takes up to a quarter of a second per round, and a manager may ask more often.
    @Test func frequentChecksAllowForTheLongestRound() {
        var watchdog = Watchdog()
        #expect(watchdog.check(rounds: 1, now: 0) == true)
        #expect(watchdog.check(rounds: 1, now: 0.5) == true)
        #expect(watchdog.check(rounds: 1, now: 1) == false)
    }

    @Test func idleLoopRunsMoreOftenThanTheWatchdogExpects() {
        #expect(AnalysisThread.pollInterval <= .seconds(Watchdog.longestRound / 2))
    }

    @Test func intervalIsHalfTheTimeout() {
        #expect(Watchdog.interval(["WATCHDOG_USEC": "10000000"], process: 5) == 5)
        #expect(Watchdog.interval(["WATCHDOG_USEC": "10000000", "WATCHDOG_PID": "5"], process: 5) == 5)
        #expect(Watchdog.interval(["WATCHDOG_USEC": "10000000", "WATCHDOG_PID": "6"], process: 5) == nil)
        for text in ["", "0", "-1", "soon"] {
            #expect(Watchdog.interval(["WATCHDOG_USEC": text], process: 5) == nil)
        }
        #expect(Watchdog.interval([:], process: 5) == nil)
    }
}

@Suite struct ServiceNotifierTests {
    /// Binds a datagram socket as the service manager does, and returns the next datagram.
    private func listen(_ address: UnixAddress) throws -> () throws -> String {
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        try #require(address.withSockAddr { bind(descriptor, $0, $1) } == 0)
        var timeout = timeval(tv_sec: 2, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        return {
            var bytes = [UInt8](repeating: 0, count: 4096)
            let count = recv(descriptor, &bytes, bytes.count, 0)
            try #require(count >= 0)
            return String(decoding: bytes[..<count], as: UTF8.self)
        }
    }

    @Test func datagramsReachASocketFile() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("notify")
        let receive = try listen(try #require(UnixAddress(path: path)))
        let notifier = try #require(ServiceNotifier.fromEnvironment(["NOTIFY_SOCKET": path]))
        notifier.notify(.ready, .status("running\nwell"))
        #expect(try receive() == "READY=1\nSTATUS=running well")
        notifier.notify(.reloading(monotonicMicroseconds: 12))
        #expect(try receive() == "RELOADING=1\nMONOTONIC_USEC=12")
    }

    @Test func datagramsReachAnAbstractSocket() throws {
        let name = "@noted-test-\(getpid())-\(UInt64.random(in: 0 ... .max))"
        let receive = try listen(try #require(UnixAddress(notifyPath: name)))
        try #require(ServiceNotifier.fromEnvironment(["NOTIFY_SOCKET": name])).notify(.watchdog)
        #expect(try receive() == "WATCHDOG=1")
    }

    @Test func missingManagerIsIgnored() throws {
        #expect(ServiceNotifier.fromEnvironment([:]) == nil)
        #expect(ServiceNotifier.fromEnvironment(["NOTIFY_SOCKET": "relative"]) == nil)
        #expect(ServiceNotifier.fromEnvironment(["NOTIFY_SOCKET": "@"]) == nil)
        #expect(ServiceNotifier.fromEnvironment(["NOTIFY_SOCKET": "/" + String(repeating: "x", count: 200)]) == nil)
        try #require(ServiceNotifier.fromEnvironment(["NOTIFY_SOCKET": "/nonexistent/notify"])).notify(.stopping)
    }
}

@Suite struct PassedSocketsTests {
    private func passed(_ environment: [String: String]) throws(DaemonError) -> PassedSockets {
        try PassedSockets(environment, process: 42)
    }

    @Test func noSocketPassed() throws {
        #expect(try passed([:]).listener() == nil)
        #expect(try passed(["LISTEN_FDS": "0", "LISTEN_PID": "42"]).listener() == nil)
        #expect(try passed(["LISTEN_FDS": "1", "LISTEN_PID": "41"]).listener() == nil, "meant for another process")
        #expect(try passed(["LISTEN_FDS": "1"]).listener() == nil)
    }

    @Test func singleSocketMayHaveAnyName() throws {
        #expect(try passed(["LISTEN_FDS": "1", "LISTEN_PID": "42"]).listener() == 3)
        #expect(try passed(["LISTEN_FDS": "1", "LISTEN_PID": "42", "LISTEN_FDNAMES": "x"]).listener() == 3)
    }

    @Test func namedSocketIsChosenAmongSeveral() throws {
        let environment = ["LISTEN_FDS": "3", "LISTEN_PID": "42", "LISTEN_FDNAMES": "http:noted:other"]
        #expect(try passed(environment).listener() == 4)
    }

    @Test func socketForHTTPIsChosenByName() throws {
        let http = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(http) }
        #expect(try passed(["LISTEN_FDS": "1", "LISTEN_PID": "42", "LISTEN_FDNAMES": "noted"]).httpListener() == nil)
        let only = try passed(["LISTEN_FDS": "1", "LISTEN_PID": "42", "LISTEN_FDNAMES": "http"])
        #expect(try only.listener() == nil, "a socket for HTTP is not one for clients")
        #expect(throws: DaemonError.self) { try only.httpListener() }
        let two = try passed(["LISTEN_FDS": "2", "LISTEN_PID": "42", "LISTEN_FDNAMES": "http:http"])
        #expect(throws: DaemonError.self) { try two.httpListener() }
    }

    @Test(arguments: ["a:b", "noted:noted", "", "a"])
    func ambiguousSocketsAreRejected(names: String) throws {
        let sockets = try passed(["LISTEN_FDS": "2", "LISTEN_PID": "42", "LISTEN_FDNAMES": names])
        #expect(throws: DaemonError.self) { try sockets.listener() }
    }

    @Test(arguments: ["x", "-1", "99999999999"])
    func invalidCountsAreRejected(count: String) {
        #expect(throws: DaemonError.self) { try self.passed(["LISTEN_FDS": count, "LISTEN_PID": "42"]) }
    }

    @Test func descriptorsThatDoNotListenAreRejected() throws {
        let folder = try TemporaryFolder()
        let file = open(folder.file("plain"), O_RDWR | O_CREAT, 0o600)
        let idle = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer {
            close(file)
            close(idle)
        }
        #expect(throws: DaemonError.self) { try PassedSockets.checkListener(file) }
        #expect(throws: DaemonError.self) { try PassedSockets.checkListener(idle) }
        #expect(throws: DaemonError.self) { try PassedSockets.checkListener(9999) }
        let socket = try SocketFile(path: folder.file("s"), mode: 0o600)
        defer { close(socket.descriptor) }
        #expect(try PassedSockets.checkListener(socket.descriptor) == .path(folder.file("s")))
    }
}

@Suite struct LogTests {
    @Test func repeatedMessagesAreSuppressedAndCounted() {
        var limit = LogRateLimit(burst: 2, interval: 10)
        #expect(limit.admit("lost 3 frames", now: 0) == 0)
        #expect(limit.admit("lost 4 frames", now: 1) == 0)
        #expect(limit.admit("lost 5 frames", now: 2) == nil)
        #expect(limit.admit("something else", now: 2) == 0)
        #expect(limit.admit("lost 6 frames", now: 9) == nil)
        #expect(limit.admit("lost 7 frames", now: 10) == 2)
        #expect(limit.admit("lost 8 frames", now: 11) == 0)
    }

    @Test func manyDifferentMessagesStayBounded() {
        var limit = LogRateLimit()
        for number in 0..<10_000 {
            let letters = String(number, radix: 20).map { String($0) }.joined().replacing(/[0-9]/) { "x\($0.output)y" }
            _ = limit.admit(letters, now: 0)
        }
    }

    @Test func linesFollowTheFormOfTheirReader() {
        func line(_ isJournal: Bool, _ suppressed: Int) -> String {
            StandardErrorLogHandler.line(
                "two\nlines", level: .warning, metadata: ["b": "2", "a": "1"], suppressed: suppressed,
                isJournal: isJournal)
        }
        #expect(line(true, 0) == "<4>two lines a=1 b=2\n")
        #expect(line(false, 3) == "noted: warning: two lines a=1 b=2 (3 similar messages suppressed)\n")
    }

    @Test func journalIsDetectedByItsStream() {
        var status = stat()
        fstat(STDERR_FILENO, &status)
        let stream = "\(status.st_dev):\(status.st_ino)"
        #expect(StandardErrorLogHandler.leadsToJournal(["JOURNAL_STREAM": stream]))
        #expect(!StandardErrorLogHandler.leadsToJournal(["JOURNAL_STREAM": "1:2"]))
        #expect(!StandardErrorLogHandler.leadsToJournal([:]))
    }
}
