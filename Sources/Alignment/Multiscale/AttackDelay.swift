import Music
import Synthesis

/// How long after its beginning a note of the played score can be heard.
///
/// A slow attack of the soundfont's instrument would make notes of the recording seem to begin too early: the played score's rises
/// come late, and what matches them is earlier notes. Measured on a few notes of each instrument: the time until the waveform first
/// reaches a tenth (-20 dB) of its greatest magnitude, 4 ms for the piano of FluidR3_GM, 12 for its violin.
struct AttackDelay: Sendable {
    private static let threshold: Float = 0.1
    private static let velocity = 70
    /// Seconds from a note to the next in the measurement, and how long it sounds.
    private static let spacing = 0.6
    private static let length = 0.3
    private static let notesOfProgram = 5

    // Seconds, by program.
    private let delays: [Int: Double]

    /// - Parameter notes: of the score; the registers they play in are those measured.
    init(of notes: [Note], on synthesizer: ScoreSynthesizer) throws {
        var delays: [Int: Double] = [:]
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
                let peak = sound.reduce(0) { max($0, abs($1)) }
                let index = sound.firstIndex { peak > 0 && abs($0) >= Self.threshold * peak } ?? sound.startIndex
                return Double(index - sound.startIndex) / Double(Synthesizer.rate)
            }
            delays[program] = measured.sorted()[measured.count / 2]
        }
        self.delays = delays
    }

    /// Seconds.
    func seconds(program: Int) -> Double { delays[program] ?? 0 }
}
