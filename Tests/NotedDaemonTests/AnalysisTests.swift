import Basics
import Capture
import Foundation
import Networks
import Testing
import Wire

@testable import NotedDaemon

@Suite struct AnalysisTests {
    /// An analysis of a scripted source, stepped by the test.
    private final class Bench {
        let source = ScriptedSource()
        let hub = Hub()
        let analysis: Analysis
        let shared: AnalysisReadingBox

        init(note: Int = 69, isLive: Bool = true) throws {
            let model = try tinyLoadedModel(note: note)
            shared = AnalysisReadingBox(AnalysisReading(source, model))
            analysis = Analysis(
                source: OpenedSource(source, isLive: isLive), model: model, thresholds: ThresholdSettings(), hub: hub,
                reading: shared)
        }

        /// Plays all steps and returns the published messages.
        func play(_ steps: [ScriptedSource.Step] = []) -> [ServerMessage] {
            source.play(steps)
            while !source.isDrained { _ = analysis.step(timeout: .zero) }
            return drained()
        }

        func drained() -> [ServerMessage] {
            var batch: [Publication] = []
            hub.drain(into: &batch)
            return batch.map(\.message)
        }
    }

    private static func hops(_ count: Int, level: Float = 0.5) -> [ScriptedSource.Step] {
        Array(repeating: .hop(level: level), count: count)
    }

    private func ons(_ messages: [ServerMessage]) -> [NoteOn] {
        messages.compactMap { if case .noteOn(let note) = $0 { note } else { nil } }
    }

    private func offs(_ messages: [ServerMessage]) -> [NoteOff] {
        messages.compactMap { if case .noteOff(let note) = $0 { note } else { nil } }
    }

    @Test func soundYieldsNoteOnAndNoteOff() throws {
        let bench = try Bench()
        let messages = bench.play(Self.hops(60) + Self.hops(60, level: 0))
        #expect(ons(messages).map(\.note) == [69])
        #expect(offs(messages).map(\.note) == [69])
        let state = bench.shared.value
        #expect(state.timeline.counters.hops == 120)
        #expect(state.timeline.sample == 120 * 512)
        #expect(state.transcription.notes == 1)
        #expect(state.timeline.epoch == 1)
    }

    @Test func timesAreAirTimes() throws {
        let bench = try Bench()
        let start = 1_000_000.0
        let steps = (0..<100).map { hop -> ScriptedSource.Step in
            let lastSample = Double(512 * (hop + 1) - 1)
            return .hop(level: hop < 60 ? 0.5 : 0, airTime: start + lastSample / 44_100)
        }
        let messages = bench.play(steps)
        let on = try #require(ons(messages).first)
        #expect(abs(on.time - (start + Double(on.sample) / 44_100)) < 1e-6)
        let off = try #require(offs(messages).first)
        #expect(abs(off.time - (start + Double(off.sample) / 44_100)) < 1e-6)
        #expect(abs(off.durationSeconds - Double(off.sample - on.sample) / 44_100) < 1e-6)
    }

    @Test func discontinuityEndsNotesFirst() throws {
        let bench = try Bench()
        _ = bench.play(Self.hops(40))
        let messages = bench.play([.missing(1000, .overrun)] + Self.hops(40))
        #expect(offs(messages).first?.epoch == 1)
        let order = messages.map(\.method)
        let expected: [ServerMessage.Method] = [.noteOff, .discontinuity, .noteOn]
        #expect(order == expected)
        #expect(ons(messages).first?.epoch == 2)
        #expect(
            messages.contains(.discontinuity(Discontinuity(epoch: 2, lostFrames: 1000, reason: "the device overran"))))
        let state = bench.shared.value
        #expect(state.timeline.counters.lostFrames == 1000)
        #expect(state.timeline.counters.discontinuities == 1)
        #expect(state.timeline.sample == 40 * 512)
    }

    @Test func consecutiveGapsAreOneDiscontinuity() throws {
        let bench = try Bench()
        _ = bench.play(Self.hops(10))
        let messages = bench.play([.missing(5120, .hole), .missing(880, .overrun)] + Self.hops(1, level: 0))
        let losses = messages.compactMap { if case .discontinuity(let loss) = $0 { loss.lostFrames } else { nil } }
        #expect(losses == [6000])
    }

    @Test func newModelContinuesTheEpoch() throws {
        let bench = try Bench(note: 69)
        _ = bench.play(Self.hops(40))
        bench.analysis.replaceModel(try tinyLoadedModel(note: 72, name: "other"))
        let messages = bench.drained() + bench.play(Self.hops(40))
        #expect(offs(messages).map(\.note) == [69])
        let on = try #require(ons(messages).first)
        #expect(on.note == 72)
        #expect(on.epoch == 1)
        #expect(on.sample >= 40 * 512 - 8192, "the sample count continues")
        #expect(messages.contains { if case .hello(let hello) = $0 { hello.model?.name == "other" } else { false } })
        #expect(bench.shared.value.model.name == "other")
    }

    @Test func newSourceBeginsAnEpoch() throws {
        let bench = try Bench()
        _ = bench.play([.missing(1, .overrun), .missing(1, .overrun), .missing(1, .hole)] + Self.hops(40))
        let next = ScriptedSource(name: "next")
        let previous = bench.analysis.replaceSource(OpenedSource(next))
        #expect(previous.name == "test")
        let messages = bench.drained()
        #expect(messages.map(\.method) == [.noteOff, .discontinuity, .hello, .sourceState])
        #expect(messages.last == .sourceState(SourceState(state: .waiting, source: "next", detail: "")))
        let state = bench.shared.value
        #expect(state.timeline.epoch == 2)
        #expect(state.timeline.counters.overruns == 3, "counters continue across sources")
    }

    @Test func endOfSourceEndsNotes() throws {
        let bench = try Bench()
        let messages = bench.play(Self.hops(40) + [.ended])
        #expect(messages.map(\.method) == [.noteOn, .noteOff, .sourceState])
        #expect(bench.shared.value.timeline.hasEnded)
    }

    @Test func finishEndsNotes() throws {
        let bench = try Bench()
        _ = bench.play(Self.hops(40))
        _ = bench.analysis.finish()
        #expect(bench.drained().map(\.method) == [.noteOff])
    }

    @Test func sourceStateIsPublished() throws {
        let bench = try Bench()
        #expect(bench.shared.value.timeline.source.state == .waiting)
        let messages = bench.play([.state(.running, detail: "a microphone")])
        #expect(messages == [.sourceState(SourceState(state: .running, source: "test", detail: "a microphone"))])
        #expect(bench.shared.value.timeline.source.state == .running)
    }

    /// Without audio, the end of a note cannot be detected.
    @Test(arguments: [CaptureState.waiting, .stalled, .failed]) func unavailableSourceEndsNotes(state: CaptureState)
        throws
    {
        let bench = try Bench()
        #expect(bench.play(Self.hops(40)).map(\.method) == [.noteOn])
        #expect(bench.play([.state(state, detail: "gone")]).map(\.method) == [.noteOff, .sourceState])
    }

    /// The server moved the stream, and clients receive the new device's name.
    @Test func movedSourceIsPublishedWithItsNewName() throws {
        let bench = try Bench()
        _ = bench.play([.state(.running, detail: "one")])
        let messages = bench.play([.moved(name: "pulse:second")])
        #expect(messages == [.sourceState(SourceState(state: .running, source: "pulse:second", detail: "moved"))])
        #expect(bench.shared.value.timeline.source.name == "pulse:second")
    }

    @Test func overloadSkipsToTheNewestAudio() throws {
        let bench = try Bench()
        _ = bench.play(Self.hops(40))
        let late = Clock.monotonic - 600_000_000
        let messages = bench.play(Array(repeating: .hop(level: 0.5, arrival: late), count: 20) + Self.hops(20))
        #expect(messages.first?.method == .noteOff)
        let overload = messages.compactMap { if case .overload(let value) = $0 { value } else { nil } }
        #expect(overload.first?.skippedHops == 1)
        #expect(
            messages.contains { if case .discontinuity(let loss) = $0 { loss.lostFrames == 20 * 512 } else { false } })
        #expect(bench.shared.value.timeline.counters.skippedHops == 20)
        #expect(bench.shared.value.timeline.counters.hops == 60)
    }

    @Test func pacedSourceIsNeverSkipped() throws {
        let bench = try Bench(isLive: false)
        let late = Clock.monotonic - 5_000_000_000
        _ = bench.play(Array(repeating: .hop(level: 0.5, arrival: late), count: 20))
        #expect(bench.shared.value.timeline.counters.skippedHops == 0)
        #expect(bench.shared.value.timeline.counters.hops == 20)
    }

    @Test func framesDroppedByCaptureCountAsSkippedHops() throws {
        let bench = try Bench()
        _ = bench.play(Self.hops(5))
        let messages = bench.play([.dropped(7 * 512)] + Self.hops(1))
        #expect(messages.contains { $0.method == .overload })
        #expect(bench.shared.value.timeline.counters.skippedHops == 7)
    }

    @Test func picturesAreBuiltOnlyForSubscribers() throws {
        let bench = try Bench()
        #expect(bench.play(Self.hops(40)).allSatisfy { $0.method == .noteOn })
        bench.hub.setWanted([.level, .activations])
        let messages = bench.play(Self.hops(90))
        #expect(messages.count { $0.method == .activations } == 90)
        #expect(messages.count { $0.method == .level } == 10)
        let level = messages.compactMap { if case .level(let level) = $0 { level } else { nil } }.last
        #expect(abs((level?.rms ?? 0) + 9.03) < 0.1)
    }

    @Test func thresholdsApplyFromTheNextHop() throws {
        let bench = try Bench()
        bench.analysis.setThresholds(ThresholdSettings(gateDBFS: -3))
        #expect(bench.play(Self.hops(60)).isEmpty)
        bench.analysis.setThresholds(ThresholdSettings())
        #expect(bench.play(Self.hops(60)).map(\.method) == [.noteOn])
    }

    @Test func modelWithAnotherHopIsRejected() throws {
        let model = try tinyModel(hop: 256)
        #expect(throws: DaemonError.self) { try LoadedModel(model) }
    }

    /// In any sequence of events, every note_on is followed by its note_off.
    @Test(arguments: 0..<4) func randomFaultSequences(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let bench = try Bench()
        var messages: [ServerMessage] = []
        var source = bench.source
        for _ in 0..<50 {
            switch Int.random(in: 0..<11, using: &random) {
            case 0: source.play([.missing(1, .hole)])
            case 1: bench.analysis.replaceModel(try tinyLoadedModel(note: Int.random(in: 30..<90, using: &random)))
            case 2:
                source = ScriptedSource()
                _ = bench.analysis.replaceSource(OpenedSource(source))
            case 3: source.play([.hop(level: 0.5, arrival: Clock.monotonic - 900_000_000)])
            case 4:
                let states: [CaptureState] = [.stalled, .waiting, .failed]
                source.play([.state(states.randomElement(using: &random) ?? .stalled, detail: "x"), .state(.running)])
            default:
                source.play(
                    hops: Int.random(in: 1..<20, using: &random), level: Bool.random(using: &random) ? 0.5 : 0)
            }
            while !source.isDrained { _ = bench.analysis.step(timeout: .zero) }
            messages += bench.drained()
        }
        _ = bench.analysis.finish()
        messages += bench.drained()
        var sounding: [Int: NoteOn] = [:]
        var epoch = 1
        for message in messages {
            switch message {
            case .noteOn(let note):
                let before = sounding.updateValue(note, forKey: note.note)
                #expect(before == nil)
                #expect(note.epoch == epoch)
            case .noteOff(let note):
                let began = sounding.removeValue(forKey: note.note)
                #expect(began?.epoch == note.epoch)
                #expect(note.sample >= began?.sample ?? .max)
            case .discontinuity(let discontinuity):
                #expect(sounding.isEmpty)
                #expect(discontinuity.epoch == epoch + 1)
                epoch = discontinuity.epoch
            case .sourceState(let state):
                #expect(state.state == .running || sounding.isEmpty)
            default: break
            }
        }
        #expect(sounding.isEmpty)
        #expect(messages.contains { $0.method == .noteOn })
    }
}
