import Sound
import Testing

@testable import Transcription

@Suite struct SilenceGateTests {
    static let hop = 512

    /// The gate's decisions, one per complete hop.
    static func run(_ samples: [Float], threshold: Double = -62, lookahead: Int = 8192) throws -> [Bool] {
        var gate = try SilenceGate(thresholdDBFS: threshold, hop: hop, sampleRate: 44100, lookahead: lookahead)
        return (0..<samples.count / hop).map { gate.process(samples.span.extracting($0 * hop..<($0 + 1) * hop)) }
    }

    static func noise(_ kind: Int, count: Int, seed: UInt64) -> [Float] {
        switch kind {
        case 0: Signals.white(count, seed: seed)
        case 1: Signals.pink(count, seed: seed)
        case 2: Signals.lowPassed(count, seed: seed, hertz: 20, order: 1)
        case 3: Signals.lowPassed(count, seed: seed, hertz: 400, order: 2)
        default: Signals.lowPassed(count, seed: seed, hertz: 1500, order: 4)
        }
    }

    @Test(arguments: 0..<5, [-90.0, -58, -20])
    func steadyNoiseStaysClosed(kind: Int, level: Double) throws {
        let samples = Signals.scaled(Self.noise(kind, count: 44100 * 2, seed: UInt64(kind) + 7), to: level)
        #expect(try !Self.run(samples).contains(true))
    }

    @Test(arguments: 0..<5)
    func suddenNoiseStaysClosed(kind: Int) throws {
        for seed in 0..<3 {
            let noise = Signals.scaled(
                Self.noise(kind, count: 16000, seed: UInt64(seed * 10 + kind)), to: -30 - Double(seed))
            let start = [Float](repeating: 0, count: 9000 + seed * 37)
            #expect(try !Self.run(start + noise + start + noise).contains(true), "seed \(seed)")
        }
    }

    @Test func silenceStaysClosed() throws {
        #expect(try !Self.run(Signals.silence(2)).contains(true))
        #expect(try !Self.run([Float](repeating: .nan, count: 44100)).contains(true))
        #expect(try !Self.run([Float](repeating: 0.5, count: 44100 * 2)).contains(true), "a constant signal is silent")
    }

    @Test func clicksStayClosed() throws {
        var samples = Signals.scaled(Signals.white(44100 * 2, seed: 3), to: -70)
        for index in stride(from: 10000, to: samples.count, by: 9973) { samples[index] = 0.9 }
        #expect(try !Self.run(samples).contains(true))
    }

    @Test(arguments: [-50.0, -30, -12])
    func heldChordPassesToItsEnd(level: Double) throws {
        let chord = Signals.scaled(Signals.chord([48, 60, 64, 67], seconds: 5), to: level)
        let gate = try Self.run(Signals.silence(1) + chord + Signals.silence(2))
        // The label sample is 16 hops behind the newest one. The gate must open at most one hop after the onset.
        let onset = 44100 / Self.hop + 16
        let end = (44100 * 6) / Self.hop + 16
        #expect(gate[(onset + 2)..<(end - 2)].allSatisfy { $0 })
        #expect(!gate[..<(onset - SilenceGate.anticipationHops - 4)].contains(true))
        #expect(!gate[(end + SilenceGate.hangHops)...].contains(true))
    }

    @Test(arguments: [33, 45, 57, 69, 81, 93, 105])
    func singleNotesPass(pitch: Int) throws {
        let tone = Signals.scaled(Signals.tone(Signals.hertz(pitch), seconds: 1), to: -30)
        let gate = try Self.run(Signals.silence(1) + tone)
        let onset = 44100 / Self.hop + 16
        #expect(gate[(onset + 3)...].allSatisfy { $0 })
    }

    @Test func toneInEqualNoisePasses() throws {
        let noise = Signals.scaled(Signals.pink(44100 * 2, seed: 11), to: -30)
        let tone = Signals.scaled(Signals.tone(440, seconds: 2), to: -30)
        let gate = try Self.run(noise + Signals.mixed(noise, tone) + noise)
        let onset = 44100 * 2 / Self.hop + 16
        let end = 44100 * 4 / Self.hop + 16
        #expect(!gate[..<(onset - 12)].contains(true))
        #expect(gate[(onset + 3)..<(end - 4)].allSatisfy { $0 })
        #expect(!gate[(end + SilenceGate.hangHops + 4)...].contains(true))
    }

    @Test func quietTonesDoNotPass() throws {
        let tone = Signals.scaled(Signals.tone(440, seconds: 2), to: -70)
        #expect(try !Self.run(tone).contains(true))
        #expect(try Self.run(tone, threshold: -80).contains(true))
    }

    @Test func levelNearThresholdDoesNotChatter() throws {
        let tone = Signals.tone(440, seconds: 3)
        let noise = Signals.white(tone.count, seed: 5)
        // The level varies by ±4 dB around -62, ten times a second.
        let samples = tone.indices.map { index -> Float in
            let swing = Double((index / 2205) % 2) * 4 - 2
            return (tone[index] * 0.8 + noise[index] * 0.01) * Signals.amplitude(-62 + swing)
        }
        let gate = try Self.run(samples)
        let changes = zip(gate, gate.dropFirst()).filter { $0 != $1 }.count
        #expect(changes <= 1)
    }

    @Test func shorterLookaheadsWorkToo() throws {
        let chord = Signals.scaled(Signals.chord([60, 64, 67], seconds: 1), to: -25)
        for lookahead in [0, 3000, 16384] {
            let gate = try Self.run(Signals.silence(1) + chord, lookahead: lookahead)
            let onset = (44100 + max(lookahead, SilenceGate.analysisCentre)) / Self.hop
            #expect(gate[(onset + 4)...].allSatisfy { $0 }, "lookahead \(lookahead)")
            #expect(!gate[..<(onset - 10)].contains(true), "lookahead \(lookahead)")
        }
    }

    @Test func resetRestoresInitialState() throws {
        var gate = try SilenceGate(thresholdDBFS: -62, hop: Self.hop, sampleRate: 44100, lookahead: 8192)
        let chord = Signals.scaled(Signals.chord([60, 64, 67], seconds: 1), to: -20)
        for index in 0..<chord.count / Self.hop {
            _ = gate.process(chord.span.extracting(index * Self.hop..<(index + 1) * Self.hop))
        }
        gate.reset()
        let silence = [Float](repeating: 0, count: Self.hop)
        for _ in 0..<40 {
            let isOpen = gate.process(silence.span)
            #expect(!isOpen)
        }
    }

    /// A gate that cannot compute spectra would never open, so its initialiser throws.
    @Test func transformFailureIsReported() {
        #expect(throws: SoundError.invalidParameter("no memory")) {
            _ = try SilenceGate(thresholdDBFS: -62, hop: Self.hop, sampleRate: 44100, lookahead: 8192) {
                () throws(SoundError) in throw .invalidParameter("no memory")
            }
        }
    }
}
