import Foundation

/// Computes the expected sound of an event, some hops after its beginning, from the templates of its notes.
struct EventSound: Sendable {
    let table: EventTable
    let templates: NoteTemplates
    /// The factor that brings loud moments of the score to ``FeatureShape/loudest``.
    let scale: Float

    var bands: Int { templates.bands }
    /// Hops after the beginning of an event for which its sound is computed; ascending from 0.
    var ages: [Int] { templates.ages }

    /// The number of events from which the scale is computed.
    private static let sample = 400
    /// The quantile of their loudness that counts as loud.
    private static let loudShare = 0.9
    /// Hops after the beginning of an event at which its loudness is measured.
    private static let loudAge: Float = 4

    init(table: EventTable, templates: NoteTemplates) {
        self.table = table
        self.templates = templates
        var loudness: [Float] = []
        var powers = [Float](repeating: 0, count: max(1, templates.bands))
        for event in stride(from: 0, to: table.count, by: max(1, table.count / Self.sample)) {
            powers.withUnsafeMutableBufferPointer { powers in
                guard let base = powers.baseAddress else { return }
                Self.addPowers(event, age: Self.loudAge, slowness: 1, table, templates, into: base)
            }
            loudness.append((powers.max() ?? 0).squareRoot())
            for band in powers.indices { powers[band] = 0 }
        }
        loudness.sort()
        let loud = loudness.isEmpty ? 0 : loudness[Int(Double(loudness.count - 1) * Self.loudShare)]
        scale = loud > 0 ? FeatureShape.loudest / loud : 1
    }

    /// Writes the levels of the bands, which are `bands` values.
    ///
    /// - Parameters:
    ///   - age: hops since the beginning of the event.
    ///   - slowness: seconds played per second of the score.
    func writeLevels(
        _ event: Int, age: Float, slowness: Float, into levels: UnsafeMutablePointer<Float>
    ) {
        for band in 0..<bands { levels[band] = 0 }
        Self.addPowers(event, age: age, slowness: slowness, table, templates, into: levels)
        for band in 0..<bands { levels[band] = levels[band].squareRoot() }
        FeatureShape.levels(levels, count: bands, scale: scale)
    }

    private static func addPowers(
        _ event: Int, age: Float, slowness: Float, _ table: EventTable, _ templates: NoteTemplates,
        into powers: UnsafeMutablePointer<Float>
    ) {
        let rate = Float(SlidingSpectrum.rate)
        table.withSounding(event) { notes in
            for note in notes {
                let older = note.age * slowness * rate
                let sinceRelease = age - note.remaining * slowness * rate
                // Four time constants after its release, a note is inaudible.
                if sinceRelease > 4 * templates.releaseTime(of: Int(note.template)) { continue }
                templates.addPower(
                    of: Int(note.template), age: age + older, sinceRelease: sinceRelease, gain: note.gain, into: powers)
            }
        }
    }
}
