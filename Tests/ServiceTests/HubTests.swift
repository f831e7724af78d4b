import Basics
import Synchronization
import Testing
import Wire

@testable import Service

@Suite struct HubTests {
    private func on(_ note: Int) -> Publication {
        Publication(
            .noteOn(
                NoteOn(epoch: 1, sample: 10, time: 0, note: note, velocity: 64, confidence: 1, delayMilliseconds: 0)))
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

    @Test func theDrainerIsWokenOncePerBatch() {
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

    @Test func positionsSupersedeEachOtherWhereManyWait() {
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
        #expect(messages.count == Hub.positionLimit + 2)
        #expect(messages.suffix(3) == [position(9999), on(60), position(10_000)].map(\.message))
        #expect(hub.overflows == 0)
    }

    @Test func whoComesLateIsWokenForWhatWaits() {
        let hub = Hub()
        hub.publish(on(60))
        let wakes = Mutex(0)
        hub.onWork { wakes.withLock { $0 += 1 } }
        #expect(wakes.withLock(\.self) == 1)
    }

    /// A drainer that follows the messages knows what is sounding, however many were dropped in between.
    @Test(arguments: 0..<20) func overflowLeavesNoNoteHanging(seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        let hub = Hub(capacity: 16)
        var truth = ActiveNotes()
        var believed = ActiveNotes()
        var states = 0
        for _ in 0..<2000 {
            switch Int.random(in: 0..<8, using: &random) {
            case 0..<3: publish(on(Int.random(in: 0..<128, using: &random)))
            case 3..<6: publish(off(Int.random(in: 0..<128, using: &random)))
            case 6:
                publish(Publication(.sourceState(SourceState(state: .running, source: "x", detail: ""))))
                states += 1
            default:
                if Int.random(in: 0..<20, using: &random) == 0 {
                    for message in drain(hub) { believed.apply(message) }
                    #expect(believed == truth)
                }
            }
        }
        #expect(hub.overflows > 0)

        func publish(_ publication: Publication) {
            hub.publish(publication)
            truth.apply(publication.message)
        }
    }

    @Test func overflowKeepsWhatIsNoNote() {
        let hub = Hub(capacity: 16)
        hub.publish(Publication(.discontinuity(Discontinuity(epoch: 2, lostFrames: 5, reason: "x"))))
        for _ in 0..<20 { hub.publish(on(60)) }
        let messages = drain(hub)
        #expect(messages.count < 20)
        guard case .discontinuity? = messages.first else {
            Issue.record("the discontinuity is gone")
            return
        }
        #expect(messages.contains(.resync(Resync(epoch: 2, sample: 10, active: [60]))))
    }

    @Test func interests() {
        let hub = Hub()
        #expect(!hub.isWanted(.level))
        hub.setWanted([.level, .notes])
        #expect(hub.isWanted(.level) && hub.isWanted(.notes) && !hub.isWanted(.activations))
    }
}
