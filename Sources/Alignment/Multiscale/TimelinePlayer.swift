import Basics
import Music
import Synthesis

/// Synthesises notes and extracts features on the same frame grid as a recording's.
struct TimelinePlayer: Sendable {
    /// Seconds synthesised before a section, so that notes held from before it are included.
    private static let lead = 2.0
    /// Performances shorter than this many seconds are synthesised in one piece.
    private static let minimumSplit = 20.0

    let synthesizer: ScoreSynthesizer

    init(soundFont: String) {
        synthesizer = ScoreSynthesizer(
            soundFont: soundFont,
            options: .init(hasReverb: false, hasChorus: false, gain: 0.6, tail: 0.5, isDraft: true))
    }

    /// The levels of notes that are played from time 0. Longer performances are split between two threads.
    func levels(of notes: [Note], frameCount: Int) throws -> BandLevels {
        let parts = Double(frameCount) / BandLevels.rate > Self.minimumSplit ? 2 : 1
        let spectra = try FanOut().map(Array(0..<parts)) { part in
            try magnitudes(of: notes, frames: frameCount * part / parts..<frameCount * (part + 1) / parts)
        }
        return BandLevels(
            FeatureSequence(
                dimensions: BandLevels.dimensions, rate: BandLevels.rate, values: Array(spectra.joined())))
    }

    private func magnitudes(of notes: [Note], frames: Range<Int>) throws -> [Float] {
        // Starts at a frame boundary, so that splitting does not shift the frames.
        let leadFrames = min(frames.lowerBound, Int(Self.lead * BandLevels.rate))
        let first = frames.lowerBound - leadFrames
        let start = Double(first) / BandLevels.rate
        let end = Double(frames.upperBound + 4) / BandLevels.rate
        let audible = notes.filter { $0.end > start && $0.start < end }.map { note in
            var note = note
            note.start = max(0, note.start - start)
            note.end = max(note.start + 0.01, min(note.end, end) - start)
            return note
        }
        let needed = leadFrames + frames.count
        let builder = try SpectrogramBuilder(BandLevels.parameters)
        if !audible.isEmpty { try synthesizer.render(audible) { builder.append($0) } }
        var values = builder.finish().values
        let bands = BandLevels.dimensions
        if values.count < needed * bands { values += [Float](repeating: 0, count: needed * bands - values.count) }
        return Array(values[leadFrames * bands..<needed * bands])
    }
}
