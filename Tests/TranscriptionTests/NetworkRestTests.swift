import Basics
import Foundation
import Networks
import Testing

@testable import Transcription

/// A transcriber whose network rests in silence publishes the same notes as one whose network never does.
@Suite struct NetworkRestTests {
    /// Sounds of random level and length between silences: digital, quiet noise, and noise near the gate's threshold.
    static func audio(seconds: Double, seed: UInt64) -> [Float] {
        var random = SplitMix64(seed: seed)
        var samples: [Float] = []
        while samples.count < Int(seconds * 44100) {
            let length = Double.random(in: 0.05...0.9, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: samples += Signals.silence(length)
            case 1: samples += Signals.scaled(Signals.pink(Int(length * 44100), seed: random.next()), to: -80)
            case 2:
                let level = Double.random(in: -72 ... -60, using: &random)
                samples += Signals.scaled(Signals.pink(Int(length * 44100), seed: random.next()), to: level)
            default: break
            }
            let level = Double.random(in: -66 ... -6, using: &random)
            let pitch = Int.random(in: 40...90, using: &random)
            samples += Signals.scaled(Signals.chord([pitch, pitch + 4], seconds: length), to: level)
        }
        return samples
    }

    /// - Parameter labelOffset: decides how much notice the gate gives: none, or several hops.
    @Test(arguments: [1024, 256, 2048 - 256], [UInt64(1), 2, 3])
    func notesAreTheSame(labelOffset: Int, seed: UInt64) throws {
        let model = try TinyModel.make(
            seed: seed, scale: 0.5, heads: [.sounding, .onset], labelOffset: labelOffset,
            thresholds: NoteThresholds(on: 0.5, off: 0.4, onset: 0.5))
        let (restless, resting) = (try Transcriber(model: model), try Transcriber(model: model))
        resting.needsPosteriors = false
        let samples = Self.audio(seconds: 12, seed: seed)
        let hop = model.info.hop
        var notes = 0
        var rested = 0
        var isMissing = false
        for start in stride(from: 0, to: samples.count - hop + 1, by: hop) {
            let part = samples.span.extracting(start..<start + hop)
            restless.process(part)
            resting.process(part)
            notes += restless.events.count
            rested += resting.hasPosteriors ? 0 : 1
            isMissing = isMissing || (resting.isGateOpen && !resting.hasPosteriors)
            #expect(resting.events == restless.events, "in hop \(start / hop)")
            guard resting.hasPosteriors else { continue }
            let isSame = resting.withPosteriors { a in restless.withPosteriors { b in equal(a, b) } }
            #expect(isSame, "in hop \(start / hop)")
        }
        #expect(notes > 50)
        #expect(rested > 100)
        #expect(!isMissing, "an open gate needs posteriors")
    }

    private func equal(_ a: Span<Float>, _ b: Span<Float>) -> Bool {
        a.indices.allSatisfy { abs(a[$0] - b[$0]) <= 1e-5 }
    }

    /// A client that subscribes to activations in a silence gets right ones within the notice of the gate.
    @Test func posteriorsReturnOnRequest() throws {
        let model = try TinyModel.make(labelOffset: 1024)
        let (restless, resting) = (try Transcriber(model: model), try Transcriber(model: model))
        resting.needsPosteriors = false
        let samples = Signals.scaled(Signals.pink(44100, seed: 5), to: -80)
        var missing = 0
        for (index, start) in stride(from: 0, to: samples.count - 256, by: 256).enumerated() {
            if index == 100 { resting.needsPosteriors = true }
            let part = samples.span.extracting(start..<start + 256)
            restless.process(part)
            resting.process(part)
            guard index >= 100 else { continue }
            missing += resting.hasPosteriors ? 0 : 1
            if resting.hasPosteriors {
                #expect(resting.withPosteriors { a in restless.withPosteriors { b in equal(a, b) } })
            }
        }
        #expect(missing <= 5)
    }

    /// The work is spread evenly over the hops before the gate can open.
    @Test(arguments: [0, 1, 5, 9], [1, 4, 19, 28])
    func workIsSpread(notice: Int, needed: Int) {
        var rest = NetworkRest(patience: 3, notice: notice)
        for _ in 0..<3 { #expect(rest.windows(pending: 1, isQuiet: true) == 1) }
        #expect(rest.windows(pending: 1, isQuiet: true) == 0)
        var pending = needed
        var work: [Int] = []
        for _ in 0...notice {
            let windows = rest.windows(pending: pending, isQuiet: false)
            work.append(windows)
            pending = max(0, pending - windows) + 1
        }
        #expect(pending == 1, "nothing is left when the gate may open: \(work)")
        #expect((work.max() ?? 0) <= (needed + notice) / (notice + 1) + 1, "\(work)")
    }
}
