import Foundation
import Synchronization
import Synthesis
import Testing

@Suite("Soundfonts")
struct SoundFontTests {
    @Test("a missing soundfont is named")
    func missing() {
        #expect(throws: SynthesisError.missingSoundFont(path: "/nowhere.sf2")) {
            _ = try Synthesizer(soundFont: "/nowhere.sf2")
        }
    }

    @Test("a file that is no soundfont is named")
    func bad() {
        #expect(throws: SynthesisError.badSoundFont(path: "/proc/self/exe")) {
            _ = try Synthesizer(soundFont: "/proc/self/exe")
        }
    }

    /// FluidSynth makes what its instances share with the first one, so this tells most when it runs alone: in a new process.
    @Test("synthesisers that are made at once sound alike")
    func atOnce() throws {
        let path = try #require(SoundFontLibrary().score(), "no soundfont is installed")
        let levels = Mutex<[Float]>([])
        DispatchQueue.concurrentPerform(iterations: 4) { _ in
            guard let synth = try? Synthesizer(soundFont: path, settings: .init(loadsOnDemand: true)) else { return }
            _ = synth.select(.init(bank: 0, program: 0), channel: 0)
            synth.noteOn(channel: 0, key: 60, velocity: 64)
            var samples = [Float](repeating: 0, count: 200 * Synthesizer.blockSize)
            var scratch: [Float] = []
            samples.withUnsafeMutableBufferPointer { synth.render(blocks: 200, into: $0, scratch: &scratch) }
            let peak = samples.reduce(0) { max($0, abs($1)) }
            levels.withLock { $0.append(peak) }
        }
        let peaks = levels.withLock { $0 }
        #expect(peaks.count == 4)
        #expect(peaks.allSatisfy { abs($0 - peaks[0]) < 1e-3 * peaks[0] }, "the peaks are \(peaks)")
    }
}
