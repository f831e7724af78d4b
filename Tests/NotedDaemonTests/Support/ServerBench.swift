import Basics
import Foundation
import Synchronization
import Wire

@testable import NotedDaemon

/// A socket server on its own socket file. The test takes the place of the analysis.
final class ServerBench: Sendable {
    let folder: TemporaryFolder
    let hub: Hub
    let server: SocketServer
    let file: SocketFile
    let control: RecordingControl

    var path: String { file.path }

    static func withBench(
        hubCapacity: Int = 4096, settings change: (inout Publisher.Settings) -> Void = { _ in },
        _ body: (ServerBench) async throws -> Void
    ) async throws {
        var settings = Publisher.Settings(server: "noted test")
        change(&settings)
        let bench = try await ServerBench(Hub(capacity: hubCapacity), settings)
        do {
            try await body(bench)
        } catch {
            await bench.server.shutDown()
            throw error
        }
        await bench.server.shutDown()
    }

    private init(_ hub: Hub, _ settings: Publisher.Settings) async throws {
        folder = try TemporaryFolder()
        self.hub = hub
        control = RecordingControl()
        file = try SocketFile(path: folder.file("socket"), mode: 0o600)
        var state = AnalysisReading(ScriptedSource(), try tinyLoadedModel())
        state.timeline.change(to: .running, detail: "")
        hub.begin(with: Snapshot(server: "noted test", state))
        let reading = state
        server = try await SocketServer.start(
            descriptor: file.descriptor, settings: settings, hub: hub, analysis: { reading }, control: control)
    }

    func client(receiveBuffer: Int32? = nil) throws -> TestClient {
        try TestClient(path, receiveBuffer: receiveBuffer)
    }

    /// A client that has received its greeting, and receives everything published from now on.
    func greetedClient() async throws -> TestClient {
        let client = try client()
        _ = try await client.message { if case .sourceState(let state) = $0 { state } else { nil } }
        return client
    }

    func publishOn(_ note: Int, sample: Int64 = 0) {
        let message = ServerMessage.noteOn(
            NoteOn(
                epoch: 1, sample: sample, time: Clock.unix, note: note, velocity: 64, confidence: 1,
                delayMilliseconds: 0))
        hub.publish(Publication(message, arrival: Clock.monotonic))
    }

    func publishOff(_ note: Int, sample: Int64 = 0) {
        let message = ServerMessage.noteOff(
            NoteOff(epoch: 1, sample: sample, time: Clock.unix, note: note, durationSeconds: 1))
        hub.publish(Publication(message))
    }

    /// Plays note 50 so often that a client that doesn't read falls behind: a megabyte of lines. The hub is drained in
    /// between, because only the client is meant to be slow.
    func publishFlood() async throws {
        for sample in 0..<3000 {
            publishOn(50, sample: Int64(sample))
            publishOff(50, sample: Int64(sample))
            if sample % 200 == 0 { try await server.onLoop { $0.drain() } }
        }
        try await server.onLoop { $0.drain() }
    }

    /// Waits until `condition` holds; throws if it doesn't within `seconds`.
    func wait(
        for what: String, within seconds: Double = 60, until condition: @escaping @Sendable (Publisher) -> Bool
    ) async throws {
        let deadline = Clock.seconds + seconds
        while try await !server.onLoop(condition) {
            guard Clock.seconds < deadline else { throw TestClient.TimedOut(description: "waited for \(what)") }
            try await Task.sleep(for: .milliseconds(2))
        }
    }
}

/// Records the clients' requests, and responds as a test requests.
final class RecordingControl: DaemonControl {
    private struct State {
        var requests: [String] = []
        var answer: ResponseError?
        var held: [@Sendable (ResponseError?) -> Void] = []
        var isHolding = false
    }

    private let state = Mutex(State())

    var requests: [String] { state.withLock { $0.requests } }

    func answer(with error: ResponseError?) { state.withLock { $0.answer = error } }

    /// Holds all responses until ``release()``.
    func hold() { state.withLock { $0.isHolding = true } }

    func release() {
        let held = state.withLock { state in
            state.isHolding = false
            defer { state.held = [] }
            return state.held
        }
        for answer in held { answer(nil) }
    }

    func loadModel(path: String, answer: @escaping @Sendable (ResponseError?) -> Void) {
        take("model " + path, answer)
    }

    func selectSource(_ source: String, answer: @escaping @Sendable (ResponseError?) -> Void) {
        take("source " + source, answer)
    }

    func loadScore(
        _ source: Command.ScoreSource, _ options: Command.ScoreOptions,
        answer: @escaping @Sendable (Result<ScoreDescription, ResponseError>) -> Void
    ) {
        let name = if case .path(let path) = source { path } else { "data" }
        take("score " + name) { error in
            if let error { return answer(.failure(error)) }
            do {
                answer(.success(try TestScore.loaded(name: name).description))
            } catch {
                answer(.failure(ResponseError(.internalError, "\(error)")))
            }
        }
    }

    func unloadScore(answer: @escaping @Sendable () -> Void) {
        take("unload") { _ in answer() }
    }

    func setTuning(_ a4: Double?, answer: @escaping @Sendable (Result<TuningState, ResponseError>) -> Void) {
        let name = if let a4 { "\(a4)" } else { "auto" }
        take("tuning " + name) { error in
            if let error { return answer(.failure(error)) }
            answer(.success(TuningState(a4: a4 ?? 440, isAutomatic: a4 == nil)))
        }
    }

    func reload(answer: @escaping @Sendable (Result<ReloadReport, ResponseError>) -> Void) {
        take("reload") { error in
            answer(error.map(Result.failure) ?? .success(ReloadReport(files: ["/a.yaml"], changed: ["log_level"])))
        }
    }

    func follow(
        _ request: FollowRequest, answer: @escaping @Sendable (Result<ScorePosition?, ResponseError>) -> Void
    ) {
        take("follow \(request)") { error in
            if let error { return answer(.failure(error)) }
            answer(.success(request == .start ? ScorePosition(beat: 0, measure: 1) : nil))
        }
    }

    private func take(_ request: String, _ answer: @escaping @Sendable (ResponseError?) -> Void) {
        let (isHolding, error) = state.withLock { state in
            state.requests.append(request)
            if state.isHolding { state.held.append(answer) }
            return (state.isHolding, state.answer)
        }
        if !isHolding { answer(error) }
    }
}
