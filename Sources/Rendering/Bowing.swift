import Foundation
import Music
import Synthesis

/// What players of bowed and blown instruments do while a note sounds, and a soundfont's notes don't: vibrato, intonation, swelling.
///
/// It goes to the synthesiser as pitch bend and expression (controller 11) of the voice's channel; notes that sound together on one instrument
/// share it, as double stops do.
struct Bowing: Sendable {
    /// Cents either way, cycles a second, and seconds from a note's beginning until vibrato has its full depth.
    let depth: Double
    let rate: Double
    let delay: Double
    /// Standard deviation of a note's tuning, cents.
    let intonation: Double
    /// How far expression moves within a note, dB.
    let swell: Double

    /// The share of its height at which a note of bow or breath sounds (-20 dB). Labels that people and aligners make for such notes say
    /// where sound begins, some 10 ms before a quarter of the height.
    static let threshold: Float = 0.1

    /// Seconds from one change to the next.
    private static let step = 0.012

    init(_ recipe: RenderRecipe.Bowing, random: inout RenderRandom) {
        depth = random.chance(recipe.vibratoShare) ? random.uniform(recipe.vibratoCents) : 0
        rate = random.uniform(recipe.vibratoHz)
        delay = random.uniform(0.05, 0.4)
        intonation = random.uniform(recipe.intonationCents)
        swell = random.uniform(recipe.swellDB)
    }

    /// A change at a time.
    enum Change: Equatable {
        /// Cents from the note as written.
        case bend(cents: Double)
        /// Controller 11.
        case expression(Int)
    }

    /// Whether a General MIDI program is played by bow or breath.
    static func suits(program: Int) -> Bool {
        (40...44).contains(program) || (48...51).contains(program) || (56...79).contains(program)
    }

    /// The course of one note.
    struct Contour: Sendable {
        fileprivate var (tuning, phase, rate, depth, delay) = (0.0, 0.0, 0.0, 0.0, 1.0)
        /// dB at the beginning and at the end, and where between them the note is loudest, 0 to 1.
        fileprivate var (first, last, peak) = (0.0, 0.0, 0.5)
        fileprivate var length = 1.0

        /// Where the note stands `age` seconds after its beginning: cents from its pitch, and dB from its greatest loudness.
        func at(_ age: Double) -> (cents: Double, decibels: Double) {
            let wave = depth * min(1, age / delay) * sin(2 * .pi * (rate * age + phase))
            let place = min(1, age / length)
            let decibels = place < peak ? first * (1 - place / peak) : last * (place - peak) / (1 - peak)
            return (tuning + wave, decibels)
        }
    }

    /// Draws the course of a note that lasts `length` seconds.
    func contour(length: Double, random: inout RenderRandom) -> Contour {
        var contour = Contour()
        contour.tuning = intonation * random.normal()
        contour.phase = random.unit()
        // Faster and slower, deeper and shallower from note to note.
        contour.rate = rate * random.uniform(0.92, 1.08)
        contour.depth = depth * random.uniform(0.6, 1.2)
        contour.delay = delay
        contour.first = -swell * random.unit()
        contour.last = -swell * random.unit()
        contour.peak = random.uniform(0.2, 0.8)
        contour.length = max(length, Self.step)
        return contour
    }

    /// - Parameter notes: in order of start.
    func changes(for notes: [Note], random: inout RenderRandom) -> [(time: Double, change: Change)] {
        var result: [(time: Double, change: Change)] = []
        for (index, note) in notes.enumerated() {
            // The newest note leads.
            let end = index + 1 < notes.count ? min(note.end, notes[index + 1].start) : note.end
            let contour = contour(length: end - note.start, random: &random)
            var time = note.start
            var level = -1
            while time < end {
                let (cents, decibels) = contour.at(time - note.start)
                result.append((time, .bend(cents: cents)))
                // Expression is an amplitude in General MIDI's law of 40 log10.
                let value = min(127, max(1, Int((127 * pow(10, decibels / 40)).rounded())))
                if value != level { result.append((time, .expression(value))) }
                level = value
                time += Self.step
            }
        }
        return result
    }
}
