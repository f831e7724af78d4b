import Basics
import Music
import Synthesis

/// Plays notes and gives their features, frame for frame like those of a recording.
struct TimelinePlayer: Sendable {
    /// Seconds played before a part of a performance, for what sounds on from before.
    private static let lead = 2.0
    /// Performances shorter than this many seconds are played in one piece.
    private static let leastSplit = 20.0

    let synthesizer: ScoreSynthesizer

    init(soundFont: String) {
        synthesizer = ScoreSynthesizer(
            soundFont: soundFont,
            options: .init(hasReverb: false, hasChorus: false, gain: 0.6, tail: 0.5, isDraft: true))
    }

    /// The levels of notes played from second 0 on; two threads share the work.
    func levels(of notes: [Note], frameCount: Int) throws -> BandLevels {
        let parts = Double(frameCount) / BandLevels.rate > Self.leastSplit ? 2 : 1
        let spectra = try FanOut().map(Array(0..<parts)) { part in
            try magnitudes(of: notes, frames: frameCount * part / parts..<frameCount * (part + 1) / parts)
        }
        return BandLevels(
            FeatureSequence(
                dimensions: BandLevels.dimensions, rate: BandLevels.rate, values: Array(spectra.joined())))
    }

    private func magnitudes(of notes: [Note], frames: Range<Int>) throws -> [Float] {
        // From a frame's sample on, so that frames fall where they would without the split.
        let leadFrames = min(frames.lowerBound, Int(Self.lead * BandLevels.rate))
        let first = frames.lowerBound - leadFrames
        let start = Double(first) / BandLevels.rate
        let end = Double(frames.upperBound + 4) / BandLevels.rate
        let heard = notes.filter { $0.end > start && $0.start < end }.map { note in
            var note = note
            note.start = max(0, note.start - start)
            note.end = max(note.start + 0.01, min(note.end, end) - start)
            return note
        }
        let wanted = leadFrames + frames.count
        let builder = try SpectrogramBuilder(BandLevels.parameters)
        if !heard.isEmpty { try synthesizer.render(heard) { builder.append($0) } }
        var values = builder.finish().values
        let bands = BandLevels.dimensions
        if values.count < wanted * bands { values += [Float](repeating: 0, count: wanted * bands - values.count) }
        return Array(values[leadFrames * bands..<wanted * bands])
    }
}
