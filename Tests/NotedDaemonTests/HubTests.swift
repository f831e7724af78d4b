import Basics
import Synchronization
import Testing
import Wire

@testable import NotedDaemon

@Suite struct HubTests {
    private func on(_ note: Int, epoch: Int = 1) -> Publication {
        Publication(
            .noteOn(
                NoteOn(epoch: epoch, sample: 10, time: 0, note: note, velocity: 64, confidence: 1, delayMilliseconds: 0)
            ))
    }

    private func off(_ note: Int) -> Publication {
        Publication(.noteOff(NoteOff(epoch: 1, sample: 20, time: 0, note: note, durationSeconds: 1)))
    }

    private func drain(_ hub: Hub) -> [ServerMessage] {
        var batch: [Publication] = []
        hub.drain(into: &batch)
        return batch.map(\.message)
    }

    @Test func messagesKeepTheirOrder() {
        let hub = Hub()
        let sent = [on(60), on(64), off(60)]
        for publication in sent { hub.publish(publication) }
        #expect(drain(hub) == sent.map(\.message))
        #expect(drain(hub).isEmpty)
    }

    @Test func drainerIsWokenOncePerBatch() {
        let hub = Hub()
        let wakes = Mutex(0)
        hub.onWork { wakes.withLock { $0 += 1 } }
        hub.publish(on(60))
        hub.publish(on(61))
        #expect(wakes.withLock(\.self) == 1)
        _ = drain(hub)
        hub.publish(on(62))
        #expect(wakes.withLock(\.self) == 2)
    }

    @Test func positionsAreCoalescedAboveOneEighth() {
        func position(_ sample: Int64) -> Publication {
            Publication(
                .position(
                    Position(
                        epoch: 1, sample: sample, time: 0, beat: 0, measure: 1, beatInMeasure: 0, scoreSeconds: 0,
                        tempo: 60, confidence: 1, event: 0)))
        }
        let hub = Hub()
        for sample in 0..<10_000 { hub.publish(position(Int64(sample))) }
        hub.publish(on(60))
        hub.publish(position(10_000))
        let messages = drain(hub)
        #expect(messages.count == 512 + 2)
        #expect(messages.suffix(3) == [position(9999), on(60), position(10_000)].map(\.message))
        #expect(hub.overflows == 0)
    }

    @Test func lateDrainerIsWokenForQueuedMessages() {
        let hub = Hub()
        hub.publish(on(60))
        let wakes = Mutex(0)
        hub.onWork { wakes.withLock { $0 += 1 } }
        #expect(wakes.withLock(\.self) == 1)
    }

    private func snapshot() throws -> Snapshot {
        Snapshot(server: "noted test", AnalysisReading(ScriptedSource(), try tinyLoadedModel()))
    }

    /// A drainer that applies the messages has the complete state, however many were dropped.
    @Test(arguments: 0..<20) func stateIsCompleteAfterOverflow(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let hub = Hub(capacity: 16)
        var truth = try snapshot()
        var client = truth
        var epoch = 1
        hub.begin(with: truth)
        for _ in 0..<2000 {
            let note = Int.random(in: 0..<128, using: &random)
            switch Int.random(in: 0..<12, using: &random) {
            case 0..<3: publish(on(note))
            case 3..<6: publish(off(note))
            case 6: publish(Publication(.sourceState(SourceState(state: .running, source: "x\(note)", detail: ""))))
            case 7:
                epoch += 1
                publish(Publication(.discontinuity(Discontinuity(epoch: epoch, lostFrames: 5, reason: "x"))))
            case 8:
                let score = Bool.random(using: &random) ? try TestScore.loaded(name: "\(note).krn").description : nil
                publish(Publication(.score(ScoreState(score: score))))
                if score != nil { publish(Publication(.followState(FollowState(state: .lost, confidence: 0.5)))) }
            case 10: publish(Publication(.tuning(TuningState(a4: Double(415 + note % 50), isAutomatic: note > 60))))
            case 9:
                var hello = truth.hello
                hello.model = Hello.Model(name: "model \(note)", lookaheadMilliseconds: 100)
                publish(Publication(.hello(hello)))
            default:
                if Int.random(in: 0..<20, using: &random) == 0 {
                    for message in drain(hub) { client.apply(message) }
                    #expect(client.recovery() == truth.recovery())
                }
            }
        }
        #expect(hub.overflows > 0)

        func publish(_ publication: Publication) {
            hub.publish(publication)
            truth.apply(publication.message)
        }
    }

    @Test func overflowReplacesTheQueueWithTheSnapshot() throws {
        let hub = Hub(capacity: 16)
        hub.begin(with: try snapshot())
        hub.publish(Publication(.discontinuity(Discontinuity(epoch: 2, lostFrames: 5, reason: "x"))))
        let running = SourceState(state: .running, source: "x", detail: "")
        hub.publish(Publication(.sourceState(running)))
        for _ in 0..<15 { hub.publish(on(60, epoch: 2)) }
        let messages = drain(hub)
        #expect(messages.map(\.method) == [.resync, .hello, .sourceState, .score])
        #expect(messages.first == .resync(Resync(epoch: 2, sample: 10, active: [60])))
        #expect(messages.contains(.sourceState(running)) && messages.contains(.score(ScoreState(score: nil))))
        if case .hello(let hello) = messages[1] { #expect(hello.epoch == 2 && hello.source == "x") }
    }

    @Test func picturesAreDroppedAboveHalfFull() {
        let hub = Hub(capacity: 16)
        let level = Publication(.level(Level(epoch: 1, sample: 0, rms: -20, peak: -10)))
        for _ in 0..<20 { hub.publish(level) }
        hub.publish(on(60))
        #expect(drain(hub).count == 9)
        #expect(hub.overflows == 0)
    }

    @Test func subscribedTopicsAreWanted() {
        let hub = Hub()
        #expect(!hub.isWanted(.level))
        hub.setWanted([.level, .notes])
        #expect(hub.isWanted(.level) && hub.isWanted(.notes) && !hub.isWanted(.activations))
    }
}
