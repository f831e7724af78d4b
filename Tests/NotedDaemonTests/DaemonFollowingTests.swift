import Basics
import Capture
import Foundation
import Logging
import Networks
import Synchronization
import Testing
import Wire

@testable import NotedDaemon

/// Scores in the whole daemon: from the command line, from clients, and from a reloaded configuration.
@Suite struct DaemonFollowingTests {
    private final class Bench: Sendable {
        let folder: TemporaryFolder
        let source = ScriptedSource(name: "none")
        let socket: String
        let daemon: Daemon
        let parts: DaemonParts

        init(_ configuration: String = "") throws {
            folder = try TemporaryFolder()
            socket = folder.file("s/socket")
            let path = try folder.write("source: none\nsocket: \(socket)\n\(configuration)\n", to: "noted.yaml")
            var options = Daemon.Options(
                configuration: ConfigurationSearch(standardFiles: [], namedFile: path), server: "noted test")
            options.handlesSignals = false
            let source = source
            parts = DaemonParts(
                openSource: { (_, _) throws(CaptureError) in OpenedSource(source) },
                loadModel: { path, _ in try tinyLoadedModel(name: path) },
                findModel: { () throws(ModelError) in "/models/tiny" },
                loadScore: { request throws(DaemonError) in
                    guard !request.name.contains("missing") else {
                        throw .score(reason: "There is no file '\(request.name)'.", isMissing: true)
                    }
                    do {
                        return try LoadedScore(
                            try TestScore.score(), name: request.name, options: request.options,
                            tracker: ScriptedTracker())
                    } catch {
                        throw .score(reason: "\(error)", isMissing: false)
                    }
                },
                environment: [:], notifier: .silent)
            daemon = Daemon(
                options: options, parts: parts, logSettings: LogSettings(),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        }

        func run(_ body: @escaping @Sendable (TestClient) async throws -> Void) async throws {
            let running = Task { try await daemon.run() }
            defer { running.cancel() }
            let deadline = Clock.seconds + 5
            while true {
                if let client = try? TestClient(socket) {
                    try await body(client)
                    break
                }
                guard Clock.seconds < deadline else { throw TestClient.TimedOut(description: "no daemon") }
                try await Task.sleep(for: .milliseconds(5))
            }
            running.cancel()
            try? await running.value
        }
    }

    private func score(_ message: ServerMessage) -> ScoreState? {
        if case .score(let state) = message { state } else { nil }
    }

    private func position(_ message: ServerMessage) -> Position? {
        if case .position(let position) = message { position } else { nil }
    }

    @Test func scoreIsLoadedFollowedAndUnloaded() async throws {
        let bench = try Bench()
        try await bench.run { client in
            let answer = try await client.ask(.scoreLoad(.path("/music/a.krn"), .init(repeats: .nearest)))
            let loaded = try answer.get().decoded(as: ScoreDescription.self)
            #expect(loaded.name == "a.krn" && loaded.repeats == "nearest")
            bench.source.play(hops: 30, level: 0)
            let moved = try await client.message { position($0).flatMap { $0.beat > 0.5 ? $0 : nil } }
            #expect(moved.measure == 1)
            let status = try await client.ask(.status).get().decoded(as: Status.self)
            #expect(status.score == loaded)
            #expect(status.follow?.state == .following)
            #expect(status.counters.scores == 1)
            #expect(try await client.ask(.scoreUnload) == .success(.object([:])))
            #expect(try await client.ask(.followPause) == .failure(.noScore))
            #expect(try await client.ask(.status).get().decoded(as: Status.self).score == nil)
        }
    }

    @Test func configuredScoreIsLoadedAtStart() async throws {
        let bench = try Bench("score: /music/first.krn\nfollow: {method: arzt}")
        try await bench.run { client in
            let state = try await client.message(score)
            #expect(state.score?.name == "first.krn")
            #expect(state.score?.method == "arzt")
            guard case .failure(let error) = try await client.ask(.scoreLoad(.path("/music/missing.krn"))) else {
                Issue.record("a missing score was loaded")
                return
            }
            #expect(error.knownCode == .scoreNotLoaded)
            let status = try await client.ask(.status).get().decoded(as: Status.self)
            #expect(status.score?.name == "first.krn", "the previous score stays")
        }
    }

    @Test func missingScorePreventsStartAndLeavesNoSocket() async throws {
        let bench = try Bench("score: /music/missing.krn")
        await #expect(throws: DaemonError.self) { try await bench.daemon.run() }
        #expect(!FileManager.default.fileExists(atPath: bench.socket))
    }

    @Test func reloadLoadsTheScoreOnlyIfItsSettingsChanged() async throws {
        let bench = try Bench()
        let analysis = AnalysisThread(
            source: OpenedSource(bench.source), model: try tinyLoadedModel(), thresholds: ThresholdSettings(),
            hub: Hub())
        analysis.run()
        let file = ScriptedConfiguration()
        let controller = DaemonController(
            analysis: analysis, parts: bench.parts, settings: Settings(score: "/a.krn"), logger: .silent,
            readConfiguration: { () throws(DaemonError) in (file.settings, []) })
        func apply(_ settings: Settings) async -> Result<ReloadReport, ResponseError> {
            file.settings = settings
            return await withCheckedContinuation { continuation in
                controller.reload { continuation.resume(returning: $0) }
            }
        }
        func wait(for name: String?) async throws {
            let deadline = Clock.seconds + 5
            while analysis.reading.following.score?.name != name {
                guard Clock.seconds < deadline else { throw TestClient.TimedOut(description: "no \(name ?? "end")") }
                try await Task.sleep(for: .milliseconds(2))
            }
        }
        controller.loadScore(.path("/client.krn"), .init()) { _ in }
        try await wait(for: "client.krn")
        #expect(
            await apply(Settings(score: "/a.krn", thresholds: ThresholdSettings(gateDBFS: -40)))
                == .success(ReloadReport(files: [], changed: ["thresholds.gate"])))
        try await wait(for: "client.krn")
        #expect(
            await apply(Settings(score: "/b.krn"))
                == .success(ReloadReport(files: [], changed: ["score", "thresholds.gate"])))
        try await wait(for: "b.krn")
        #expect(
            await apply(Settings(score: "/b.krn", follow: FollowSettings(repeats: .nearest)))
                == .success(ReloadReport(files: [], changed: ["follow.repeats"])))
        try await wait(for: "b.krn")
        #expect(analysis.reading.following.score?.repeats == "nearest")
        guard case .failure(let error) = await apply(Settings(score: "/missing.krn", maximumClients: 3)) else {
            Issue.record("a configuration with a missing score was put in force")
            return
        }
        #expect(error.knownCode == .configurationNotLoaded)
        #expect(error.message.contains("missing.krn"))
        try await wait(for: "b.krn")
        #expect(
            await apply(Settings(maximumClients: 3))
                == .success(ReloadReport(files: [], changed: ["score", "follow.repeats"], restart: ["max_clients"])))
        try await wait(for: nil)
        #expect(
            await apply(Settings(maximumClients: 3)) == .success(ReloadReport(files: [], restart: ["max_clients"])),
            "what needs a restart is reported until then")
        analysis.stop()
        await analysis.finished()
        let late = await withCheckedContinuation { continuation in
            controller.follow(.start) { continuation.resume(returning: $0) }
        }
        #expect(late == .failure(.stopping))
        // The event loop may send another request from a response. Waiting for itself would deadlock.
        await withCheckedContinuation { continuation in
            controller.unloadScore { controller.unloadScore { continuation.resume() } }
        }
    }

    @Test func replacedScoreIsFreed() async throws {
        weak var tracker: ScriptedTracker?
        let analysis: AnalysisThread
        do {
            let first = ScriptedTracker()
            tracker = first
            analysis = AnalysisThread(
                source: OpenedSource(ScriptedSource()), model: try tinyLoadedModel(), thresholds: ThresholdSettings(),
                score: try TestScore.loaded(tracker: first), hub: Hub())
        }
        analysis.run()
        while analysis.reading.following.score == nil { try await Task.sleep(for: .milliseconds(1)) }
        #expect(tracker != nil)
        await withCheckedContinuation { continuation in
            analysis.replaceScore(nil) { continuation.resume() }
        }
        let deadline = Clock.seconds + 5
        while tracker != nil, Clock.seconds < deadline { try await Task.sleep(for: .milliseconds(1)) }
        #expect(tracker == nil)
        analysis.stop()
        await analysis.finished()
    }
}

/// The settings that a reload finds.
private final class ScriptedConfiguration: Sendable {
    private let value = Mutex(Settings())

    var settings: Settings {
        get { value.withLock { $0 } }
        set { value.withLock { $0 = newValue } }
    }
}
