import Following
import Foundation
import Sound
import Synthesis

/// Plays single notes and measures their spectra. Notes played before leave a residue of at most about -60 dB relative
/// to a note's own sound. One thread at a time.
final class NoteRenderer {
    /// Seconds; measured release times are clamped to this range.
    private static let releases: ClosedRange<Float> = 0.015...0.6
    /// Seconds, where no release can be measured.
    private static let usualRelease: Float = 0.1
    /// The keys with which the release is measured: middle C, or others if the instrument lacks it.
    private static let releasedKeys = [60, 72, 48, 84, 36]
    /// Seconds for which the key is held before its release, and for which the sound is measured afterwards.
    private static let held = 0.3
    private static let afterwards = 1.5

    private let sounds: NoteSounds
    private let table: TemplateAges
    private let spectrum: SlidingSpectrum
    // Creating one takes longer than playing a dozen notes.
    private var kept: Synthesizer?
    private var samples: [Float]
    private var scratch: [Float] = []

    /// - Throws: `SoundError`.
    init(_ sounds: NoteSounds, table: TemplateAges) throws {
        self.sounds = sounds
        self.table = table
        spectrum = try SlidingSpectrum()
        samples = [Float](repeating: 0, count: table.last * SlidingSpectrum.hop)
    }

    /// The powers of a held note: age x band. A note that is silent in the soundfont gets a synthetic sound.
    ///
    /// - Throws: `SynthesisError`.
    func powers(program: Int, pitch: Int) throws -> [Float] {
        switch sounds {
        case .soundFont(let path):
            let synth = try synthesizer(path, program: program)
            synth.noteOn(channel: 0, key: pitch, velocity: NoteTemplates.velocity)
            play(synth, into: 0..<samples.count)
            if samples.allSatisfy({ $0 == 0 }) { SyntheticNote.play(pitch: pitch, into: &samples) }
        case .synthetic:
            SyntheticNote.play(pitch: pitch, into: &samples)
        }
        return measure()
    }

    /// Seconds in which the magnitudes of a program fall to 1/e after a key is released.
    ///
    /// - Throws: `SynthesisError`.
    func release(program: Int) throws -> Float {
        guard case .soundFont(let path) = sounds else { return Self.usualRelease }
        for key in Self.releasedKeys {
            let synth = try synthesizer(path, program: program)
            let block = Synthesizer.blockSize
            let held = Int(Self.held * Double(Synthesizer.rate)) / block * block
            let end = held + Int(Self.afterwards * Double(Synthesizer.rate)) / block * block
            synth.noteOn(channel: 0, key: key, velocity: NoteTemplates.velocity)
            play(synth, into: 0..<held)
            synth.noteOff(channel: 0, key: key)
            play(synth, into: held..<end)
            let width = 4 * block
            let before = level(held - 4 * width..<held)
            guard before > 0 else { continue }
            let quiet = stride(from: held, to: end - width, by: width).first { level($0..<$0 + width) < 0.1 * before }
            let seconds = Float((quiet ?? end) - held) / Float(Synthesizer.rate)
            return min(max(seconds / log(10), Self.releases.lowerBound), Self.releases.upperBound)
        }
        return Self.usualRelease
    }

    /// A silent synthesiser with the program selected, or the piano if the soundfont lacks it.
    private func synthesizer(_ path: String, program: Int) throws -> Synthesizer {
        let synth = try kept ?? Synthesizer(soundFont: path, settings: .init(loadsOnDemand: true))
        kept = synth
        synth.reset()
        if !synth.select(.init(bank: 0, program: program), channel: 0) {
            _ = synth.select(.init(bank: 0, program: 0), channel: 0)
        }
        return synth
    }

    private func play(_ synth: Synthesizer, into range: Range<Int>) {
        samples.withUnsafeMutableBufferPointer { samples in
            let part = UnsafeMutableBufferPointer(rebasing: samples[range])
            synth.render(blocks: part.count / Synthesizer.blockSize, into: part, scratch: &scratch)
        }
    }

    private func level(_ range: Range<Int>) -> Float {
        (samples[range].reduce(0) { $0 + $1 * $1 } / Float(max(1, range.count))).squareRoot()
    }

    private func measure() -> [Float] {
        spectrum.reset()
        var powers: [Float] = []
        powers.reserveCapacity(table.count * spectrum.count)
        // Nothing sounds yet at age 0.
        powers.append(contentsOf: repeatElement(0, count: spectrum.count))
        var age = 0
        for next in table.hops.dropFirst() {
            spectrum.append(samples.span.extracting((age * SlidingSpectrum.hop)..<(next * SlidingSpectrum.hop)))
            spectrum.transform()
            powers.append(contentsOf: spectrum.magnitudes.lazy.map { $0 * $0 })
            age = next
        }
        return powers
    }
}
