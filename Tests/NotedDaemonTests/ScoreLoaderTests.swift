import Basics
import Dispatch
import Synchronization
import Testing
import Wire

@testable import NotedDaemon

@Suite struct ScoreLoaderTests {
    /// Lets reads proceed one at a time, and records the scores delivered over.
    private final class Bench: Sendable {
        let gate = DispatchSemaphore(value: 0)
        let delivered = Mutex<[String?]>([])
        let reads = Mutex(0)
        let answers = Mutex<[Int: [Result<ScoreDescription, ResponseError>]]>([:])

        var names: [String?] { delivered.withLock { $0 } }
        var readCount: Int { reads.withLock { $0 } }

        func loader() -> ScoreLoader {
            ScoreLoader(
                read: { request throws(DaemonError) in
                    self.reads.withLock { $0 += 1 }
                    self.gate.wait()
                    guard request.name != "bad" else { throw .score(reason: "it is bad", isMissing: false) }
                    do {
                        return try LoadedScore(try TestScore.score(), name: request.name, tracker: ScriptedTracker())
                    } catch {
                        throw .score(reason: "\(error)", isMissing: false)
                    }
                },
                deliver: { score, done in
                    self.delivered.withLock { $0.append(score?.description.name) }
                    DispatchQueue.global().async { done() }
                })
        }

        func load(_ name: String, _ number: Int, with loader: ScoreLoader) {
            loader.load(ScoreRequest(.path("/\(name)"))) { result in
                self.answers.withLock { $0[number, default: []].append(result) }
            }
        }

        func wait(answers count: Int) async throws {
            let deadline = Clock.seconds + 10
            while answers.withLock({ $0.count }) < count {
                guard Clock.seconds < deadline else { throw TestClient.TimedOut(description: "responses are missing") }
                try await Task.sleep(for: .milliseconds(1))
            }
        }

        func code(_ number: Int) -> ResponseError.Code? {
            answers.withLock { answers in
                guard answers[number]?.count == 1, case .failure(let error)? = answers[number]?.first else {
                    return nil
                }
                return error.knownCode
            }
        }
    }

    @Test func latestRequestWinsAndAllAreAnswered() async throws {
        let bench = Bench()
        let loader = bench.loader()
        for number in 0..<20 { bench.load("\(number)", number, with: loader) }
        for _ in 0..<20 { bench.gate.signal() }
        try await bench.wait(answers: 20)
        let (delivered, reads) = (bench.names, bench.readCount)
        #expect(delivered.last == "19")
        #expect(delivered.count <= 2)
        #expect(reads <= 3, "superseded requests are not read")
        for number in 1..<19 { #expect(bench.code(number) == .superseded) }
        guard case .success(let score)? = bench.answers.withLock({ $0[19]?.first }) else {
            Issue.record("the latest was not loaded")
            return
        }
        #expect(score.name == "19")
    }

    @Test func unloadSupersedesPendingLoads() async throws {
        let bench = Bench()
        let loader = bench.loader()
        bench.load("a", 0, with: loader)
        bench.load("b", 1, with: loader)
        let isUnloaded = Mutex(false)
        loader.unload { isUnloaded.withLock { $0 = true } }
        while !isUnloaded.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(1)) }
        bench.gate.signal()
        bench.gate.signal()
        try await bench.wait(answers: 2)
        #expect(bench.code(0) == .superseded || bench.code(0) == nil)
        #expect(bench.code(1) == .superseded)
        #expect(bench.names == [nil])
    }

    @Test func invalidScoreFailsAndTheNextIsLoaded() async throws {
        let bench = Bench()
        let loader = bench.loader()
        bench.load("bad", 0, with: loader)
        bench.gate.signal()
        try await bench.wait(answers: 1)
        #expect(bench.code(0) == .scoreNotLoaded)
        bench.load("good", 1, with: loader)
        bench.gate.signal()
        try await bench.wait(answers: 2)
        #expect(bench.names == ["good"])
    }
}
