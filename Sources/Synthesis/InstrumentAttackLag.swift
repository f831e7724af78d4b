import Music

/// The delay from note-on to the audible onset of an instrument: one value per program, measured on a few notes.
/// `AttackLag`, in contrast, measures every key, for the labels of rendered clips.
///
/// Comparing a recording with a synthesised score needs this: if the soundfont's instrument has a slow attack, notes of
/// the recording seem early. The lag is the time at which the waveform first reaches a tenth (-20 dB) of its peak
/// magnitude: 4 ms for the piano of FluidR3_GM, 12 ms for its violin.
public struct InstrumentAttackLag: Sendable {
    private static let threshold: Float = 0.1
    private static let velocity = 70
    /// Seconds between the onsets of measured notes, and the duration of each.
    private static let spacing = 0.6
    private static let length = 0.3
    private static let notesOfProgram = 5

    // Seconds, by program.
    private let lags: [Int: Double]

    /// - Parameter notes: the notes to play; their registers are measured.
    /// - Throws: `SynthesisError`.
    public init(of notes: [Note], on synthesizer: ScoreSynthesizer) throws {
        var lags: [Int: Double] = [:]
        for (program, group) in Dictionary(grouping: notes, by: { $0.program ?? 0 }) {
            let pitches = group.map(\.pitch).sorted()
            let chosen = (0..<Self.notesOfProgram).map {
                pitches[(2 * $0 + 1) * pitches.count / (2 * Self.notesOfProgram)]
            }
            let single = chosen.enumerated().map { index, pitch in
                Note(
                    pitch: pitch, start: Double(index) * Self.spacing, end: Double(index) * Self.spacing + Self.length,
                    velocity: Self.velocity, program: program)
            }
            var samples: [Float] = []
            try synthesizer.render(single) { $0.withUnsafeBufferPointer { samples.append(contentsOf: $0) } }
            let measured = single.map { note in
                let first = Int(note.start * Double(Synthesizer.rate))
                let sound = samples[
                    min(first, samples.count)..<min(first + Int(Self.length * Double(Synthesizer.rate)), samples.count)]
                return Double(sound.rise(to: Self.threshold)) / Double(Synthesizer.rate)
            }
            lags[program] = measured.sorted()[measured.count / 2]
        }
        self.lags = lags
    }

    /// The lag of a program in seconds; 0 if it was not measured.
    public func seconds(program: Int) -> Double { lags[program] ?? 0 }
}
