import Basics
import Capture
import Foundation
import Logging
import Networks
import Synchronization
import Testing
import Wire

@testable import NotedDaemon

/// The whole daemon, with scripted sources and tiny models.
@Suite struct DaemonTests {
    /// Records the datagrams to the service manager.
    private final class Manager: Sendable {
        private let texts = Mutex<[String]>([])

        var notifier: ServiceNotifier { ServiceNotifier { text in self.texts.withLock { $0.append(text) } } }
        var datagrams: [String] { texts.withLock(\.self) }
        var watchdogCount: Int { datagrams.count { $0 == "WATCHDOG=1" } }
    }

    private final class Bench: Sendable {
        let folder: TemporaryFolder
        let manager = Manager()
        /// The initial source, and the one that "pulse:other" selects.
        let source = ScriptedSource(name: "none")
        let other = ScriptedSource(name: "pulse:other")
        let daemon: Daemon
        let socket: String

        init(configuration: String = "", exitsAtEnd: Bool = false, environment: [String: String] = [:]) throws {
            folder = try TemporaryFolder()
            socket = folder.file("s/socket")
            let path = try folder.write("source: none\nsocket: \(socket)\n\(configuration)\n", to: "noted.yaml")
            var options = Daemon.Options(
                configuration: ConfigurationSearch(standardFiles: [], namedFile: path), server: "noted test")
            options.handlesSignals = false
            options.exitsAtEnd = exitsAtEnd
            let (source, other) = (source, other)
            let parts = DaemonParts(
                openSource: { (spec, _) throws(CaptureError) in
                    OpenedSource(spec == .pulse("other") ? other : source)
                },
                loadModel: { path, _ in
                    if path.contains("missing") { throw ModelError.unreadable(path: path, reason: "it is missing") }
                    return try tinyLoadedModel(note: path.contains("other") ? 72 : 69, name: path)
                },
                findModel: { () throws(ModelError) in "/models/tiny" }, environment: environment,
                notifier: manager.notifier)
            daemon = Daemon(
                options: options, parts: parts, logSettings: LogSettings(),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        }

        /// Runs the daemon while `body` runs, then cancels it.
        func run(_ body: @escaping @Sendable (TestClient) async throws -> Void) async throws {
            let running = Task { try await daemon.run() }
            do {
                try await body(try await client())
            } catch {
                running.cancel()
                throw error
            }
            running.cancel()
            try? await running.value
        }

        /// Connects as soon as the daemon listens.
        func client() async throws -> TestClient {
            let deadline = Clock.seconds + 5
            while true {
                do { return try TestClient(socket) } catch {
                    guard Clock.seconds < deadline else { throw error }
                    try await Task.sleep(for: .milliseconds(5))
                }
            }
        }
    }

    private func on(_ message: ServerMessage) -> NoteOn? {
        if case .noteOn(let note) = message { note } else { nil }
    }

    private func off(_ message: ServerMessage) -> NoteOff? {
        if case .noteOff(let note) = message { note } else { nil }
    }

    @Test func audioYieldsNotesOnTheSocket() async throws {
        let bench = try Bench()
        try await bench.run { client in
            bench.source.play([.state(.running, detail: "a microphone")])
            bench.source.play(hops: 60, level: 0.5)
            let began = try await client.message(on)
            #expect(began.note == 69)
            #expect(began.name == "A4")
            bench.source.play(hops: 60, level: 0)
            #expect(try await client.message(off).note == 69)
            let status = try await client.ask(.status).get().decoded(as: Status.self)
            #expect(status.source.detail == "a microphone")
            #expect(status.counters.notes == 1)
        }
        #expect(bench.source.isStopped)
        #expect(!FileManager.default.fileExists(atPath: bench.socket))
    }

    @Test func serviceManagerIsNotified() async throws {
        let bench = try Bench(environment: ["WATCHDOG_USEC": "100000"])
        try await bench.run { client in
            _ = try await client.ask(.ping)
            while bench.manager.datagrams.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
            #expect(
                bench.manager.datagrams.first?.hasPrefix("READY=1\nSTATUS=none: waiting; model /models/tiny") == true)
            bench.source.play([.state(.running)])
            func isRunning(_ text: String) -> Bool {
                text.hasPrefix("STATUS=none: running") && text.hasSuffix("1 client")
            }
            let deadline = Clock.seconds + 5
            var before = 0
            while Clock.seconds < deadline {
                if !bench.manager.datagrams.contains(where: isRunning) { before = bench.manager.watchdogCount }
                if bench.manager.watchdogCount >= before + 3 { break }
                bench.source.play(hops: 2, level: 0)
                try await Task.sleep(for: .milliseconds(20))
            }
            #expect(bench.manager.datagrams.contains(where: isRunning))
            #expect(bench.manager.watchdogCount >= before + 3)
            // The source is running but no hops arrive. The thread still runs its loop.
            let idle = bench.manager.watchdogCount
            try await Task.sleep(for: .milliseconds(2 * Int(1000 * Watchdog.longestRound)))
            #expect(bench.manager.watchdogCount >= idle + 10)
            // Now it is stuck, and the signs of life must end.
            let release = DispatchSemaphore(value: 0)
            defer { release.signal() }
            bench.source.play([.stuck(release)])
            let end = Clock.seconds + 20
            var signs = -1
            while bench.manager.watchdogCount != signs, Clock.seconds < end {
                signs = bench.manager.watchdogCount
                try await Task.sleep(for: .milliseconds(500))
            }
            #expect(bench.manager.watchdogCount == signs)
        }
        #expect(bench.manager.datagrams.contains("STOPPING=1"))
    }

    @Test func modelCanBeReplaced() async throws {
        let bench = try Bench()
        try await bench.run { client in
            bench.source.play(hops: 60, level: 0.5)
            #expect(try await client.message(on).note == 69)
            let missing = try await client.ask(.modelLoad(path: "/models/missing"))
            guard case .failure(let error) = missing else {
                Issue.record("a missing model was loaded")
                return
            }
            #expect(error.knownCode == .modelNotLoaded)
            #expect(error.message.contains("/models/missing"))
            try await client.send(ClientRequest(id: .integer(1), .modelLoad(path: "/models/other")).encoded())
            #expect(try await client.message(off).note == 69)
            let hello = try await client.message { if case .hello(let hello) = $0 { hello } else { nil } }
            #expect(hello.model?.name == "/models/other")
            bench.source.play(hops: 60, level: 0.5)
            #expect(try await client.message(on).note == 72)
        }
    }

    @Test func sourceCanBeReplaced() async throws {
        let bench = try Bench()
        try await bench.run { client in
            bench.source.play(hops: 60, level: 0.5)
            _ = try await client.message(on)
            guard case .failure(let error) = try await client.ask(.sourceSelect("cassette")) else {
                Issue.record("an invalid source was selected")
                return
            }
            #expect(error.knownCode == .sourceNotOpened)
            #expect(error.message.contains("cassette"))
            try await client.send(ClientRequest(id: .integer(1), .sourceSelect("pulse:other")).encoded())
            #expect(try await client.message(off).epoch == 1)
            bench.other.play(hops: 60, level: 0.5)
            #expect(try await client.message(on).epoch == 2)
            #expect(bench.source.isStopped)
        }
    }

    @Test func daemonContinuesAfterTheEndOfAFile() async throws {
        let bench = try Bench()
        try await bench.run { client in
            bench.source.play(hops: 60, level: 0.5)
            bench.source.play([.ended])
            _ = try await client.message(on)
            _ = try await client.message(off)
            let state = try await client.message { if case .sourceState(let state) = $0 { state } else { nil } }
            #expect(state.state == .waiting)
            #expect(state.detail == "ended")
            #expect(try await client.ask(.sourceSelect("pulse:other")) == .success(.object([:])))
            bench.other.play(hops: 60, level: 0.5)
            #expect(try await client.message(on).epoch == 2)
        }
    }

    @Test func daemonExitsAtTheEndOfAFileIfRequested() async throws {
        let bench = try Bench(exitsAtEnd: true)
        let running = Task { try await bench.daemon.run() }
        let client = try await bench.client()
        _ = try await client.ask(.ping)
        bench.source.play(hops: 60, level: 0.5)
        bench.source.play([.ended])
        _ = try await client.message(on)
        _ = try await client.message(off)
        let bye = try await client.message { if case .bye(let bye) = $0 { bye } else { nil } }
        #expect(bye.reason == Bye.Reason.shutdown.rawValue)
        try await running.value
        #expect(!FileManager.default.fileExists(atPath: bench.socket))
    }

    @Test func stoppingEndsNotesBeforeBye() async throws {
        let bench = try Bench()
        let running = Task { try await bench.daemon.run() }
        let client = try await bench.client()
        _ = try await client.ask(.ping)
        bench.source.play(hops: 60, level: 0.5)
        _ = try await client.message(on)
        running.cancel()
        #expect(try await client.message(off).note == 69)
        #expect(try await client.message { if case .bye(let bye) = $0 { bye } else { nil } }.reason == "shutdown")
        #expect(try await client.line() == nil)
        try? await running.value
    }

    @Test func secondDaemonFailsAtOnce() async throws {
        let bench = try Bench()
        try await bench.run { client in
            _ = try await client.ask(.ping)
            await #expect(throws: DaemonError.alreadyRunning(path: bench.socket)) { try await bench.daemon.run() }
            #expect(try await client.ask(.ping) == .success(.object([:])))
        }
    }

    @Test func missingModelLeavesNoSocket() async throws {
        let bench = try Bench(configuration: "model: /models/missing")
        await #expect(throws: ModelError.self) { try await bench.daemon.run() }
        #expect(!FileManager.default.fileExists(atPath: bench.socket))
    }

    @Test func configurationErrorPreventsStart() async throws {
        let bench = try Bench(configuration: "max_clients: many")
        await #expect(throws: DaemonError.self) { try await bench.daemon.run() }
        #expect(throws: DaemonError.self) { try bench.daemon.checkConfiguration() }
        let valid = try Bench()
        try valid.daemon.checkConfiguration()
    }

    @Test func reloadIsAnsweredAndReportedToTheManager() async throws {
        let bench = try Bench()
        try await bench.run { client in
            _ = try await client.ask(.ping)
            let file = bench.folder.file("noted.yaml")
            let base = "source: none\nsocket: \(bench.socket)\n"
            _ = try bench.folder.write(base + "log_level: debug\nmax_clients: 7\n", to: "noted.yaml")
            let report = try await client.ask(.configReload).get().decoded(as: ReloadReport.self)
            #expect(report == ReloadReport(files: [file], changed: ["log_level"], restart: ["max_clients"]))
            let reloading = try #require(bench.manager.datagrams.firstIndex { $0.hasPrefix("RELOADING=1\nMONOTONIC") })
            #expect(bench.manager.datagrams[reloading...].contains("READY=1"))

            _ = try bench.folder.write(base + "log_level: debug\n\nmax_client: 7\n", to: "noted.yaml")
            guard case .failure(let error) = try await client.ask(.configReload) else {
                Issue.record("an invalid configuration was put in force")
                return
            }
            #expect(error.knownCode == .configurationNotLoaded)
            #expect(error.message.contains("\(file):5: 'max_client' is not a valid key (did you mean 'max_clients'?)"))
            #expect(bench.manager.datagrams.count { $0.hasPrefix("RELOADING=1") } == 2)
            let ready = try #require(bench.manager.datagrams.lastIndex(of: "READY=1"))
            let last = try #require(bench.manager.datagrams.lastIndex { $0.hasPrefix("RELOADING=1") })
            #expect(ready > last, "the daemon is ready whether or not the reload succeeded")
        }
    }

    @Test func checkTriesTheModelAndTheSource() throws {
        let benches = [try Bench(), try Bench(configuration: "model: /models/missing\nscore: /nowhere.mid")]
        let good = try benches[0].daemon.checkConfiguration()
        #expect(good.files.count == 1)
        #expect(good.findings.map(\.name) == ["model /models/tiny"])
        #expect(good.firstError == nil)
        let bad = try benches[1].daemon.checkConfiguration()
        #expect(bad.findings.map(\.name) == ["model /models/missing", "score /nowhere.mid"])
        #expect(bad.findings.allSatisfy { $0.error != nil })
        #expect(bad.firstError is ModelError)
    }

    @Test func configurationReachesTheServer() async throws {
        let bench = try Bench(configuration: "max_clients: 1\nthresholds: {gate: 0}")
        try await bench.run { client in
            _ = try await client.ask(.ping)
            let second = try TestClient(bench.socket)
            #expect(
                try await second.message { if case .bye(let bye) = $0 { bye } else { nil } }.reason
                    == "too_many_clients")
        }
    }
}
