import Foundation
import Synchronization
import Synthesis
import Testing

@Suite("Soundfonts")
struct SoundFontTests {
    @Test("a missing soundfont is an error with its path")
    func missing() {
        #expect(throws: SynthesisError.missingSoundFont(path: "/nowhere.sf2")) {
            _ = try Synthesizer(soundFont: "/nowhere.sf2")
        }
    }

    @Test("an invalid soundfont is an error with its path")
    func bad() {
        #expect(throws: SynthesisError.badSoundFont(path: "/proc/self/exe")) {
            _ = try Synthesizer(soundFont: "/proc/self/exe")
        }
    }

    /// FluidSynth initialises shared data with the first instance: this test is most sensitive alone in a new process.
    @Test("synthesisers created concurrently sound the same")
    func concurrentCreation() throws {
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
