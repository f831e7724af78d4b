import Basics
import Foundation
import Music

/// A randomly generated piece for one to four instruments. It is tonal, and unlike the user's scores.
///
/// Each part is a random walk on a scale within its register, with its own rhythm. It follows a harmony that changes
/// every four beats. The seed determines the piece.
struct SyntheticPiece: Sendable {
    /// Sorted by onset.
    let notes: [Note]

    /// An instrument and a suitable register.
    private struct Instrument {
        var program: Int
        var range: ClosedRange<Int>
        /// Largest number of simultaneous notes.
        var chord = 1
    }

    private static let instruments: [Instrument] = [
        Instrument(program: 40, range: 55...93), Instrument(program: 40, range: 55...88, chord: 2),
        Instrument(program: 41, range: 48...79), Instrument(program: 42, range: 36...69),
        Instrument(program: 48, range: 43...84, chord: 3), Instrument(program: 73, range: 60...93),
        Instrument(program: 68, range: 58...86), Instrument(program: 71, range: 50...84),
        Instrument(program: 70, range: 36...67), Instrument(program: 60, range: 43...72),
        Instrument(program: 24, range: 40...76, chord: 3), Instrument(program: 46, range: 36...91, chord: 3),
        Instrument(program: 0, range: 28...96, chord: 4), Instrument(program: 19, range: 36...84, chord: 3),
    ]
    /// Note values in beats; each part uses one of the lists.
    private static let rhythms: [[Double]] = [[0.5, 1], [0.25, 0.5], [0.5, 1, 2], [1.0 / 3], [1, 2, 4]]
    private static let scales = [[0, 2, 4, 5, 7, 9, 11], [0, 2, 3, 5, 7, 8, 11], [0, 2, 3, 5, 7, 9, 10]]

    /// - Parameter seconds: approximate duration.
    init(seed: UInt64, seconds: Double) {
        var random = SplitMix64(seed: seed, step: -7)
        func draw(_ count: Int) -> Int { Int(random.next() % UInt64(max(1, count))) }
        let scale = Self.scales[draw(Self.scales.count)]
        let key = draw(12)
        let beat = 60 / random.uniform(56...138)
        // The root of the chord for every four beats, as a scale degree.
        let harmony = (0..<Int(seconds / (4 * beat)) + 2).map { index in index % 4 == 0 ? 0 : draw(7) }
        var notes: [Note] = []
        for _ in 0..<1 + draw(4) {
            let instrument = Self.instruments[draw(Self.instruments.count)]
            let pitches = instrument.range.filter { scale.contains((($0 - key) % 12 + 12) % 12) }
            let values = Self.rhythms[draw(Self.rhythms.count)]
            let articulation = random.uniform(0.5...1)
            var place = draw(pitches.count)
            var time = 0.0
            while time < seconds {
                let value = values[draw(values.count)]
                let length = value * beat
                let root = harmony[min(harmony.count - 1, Int(time / (4 * beat)))]
                place = min(max(0, place + draw(7) - 3), pitches.count - 1)
                if random.uniform() < 0.12 {
                    time += length
                    continue
                }
                // The lowest note is the walk's position or, to reach a chord tone, sometimes the step below. Other
                // notes are stacked thirds.
                let tonic = pitches.firstIndex { ($0 - key) % 12 == 0 } ?? 0
                let isOfChord = [0, 2, 4].contains(((place - tonic - root) % 7 + 7) % 7)
                let lowest = isOfChord || random.uniform() < 0.5 ? place : max(0, place - 1)
                let size = 1 + draw(instrument.chord)
                let velocity = 50 + draw(60)
                for step in 0..<size where lowest + 2 * step < pitches.count {
                    notes.append(
                        Note(
                            pitch: pitches[lowest + 2 * step], start: time,
                            end: time + max(0.06, length * articulation), velocity: velocity,
                            program: instrument.program))
                }
                time += length
            }
        }
        self.notes = notes.sorted { ($0.start, $0.pitch) < ($1.start, $1.pitch) }
    }
}
