import Foundation
import Music

/// The expected sound of a score, frame by frame at the written tempo, assembled from note templates.
///
/// Frame j is what ``SlidingSpectrum`` would measure at the end of hop j if the audio began with second 0 of the score.
/// Frames are computed one after the other, and only the sounding notes are kept. `next` allocates nothing and takes
/// the same time everywhere in the score, about 50 ns per sounding note.
struct ScoreFrames {
    private struct Sound {
        // In hops.
        var start: Double
        var end: Double
        var template: Int
        var gain: Float
    }

    /// The most notes that sound at once. Further ones are left out.
    private static let polyphony = 256
    /// Time constants after its release at which a note counts as silent: 0.1% of its magnitude is left.
    private static let forgetting: Float = 7

    let bands: Int
    /// Number of frames: the last one ends with the score.
    let count: Int
    /// The next frame.
    private(set) var position = 0
    private let templates: NoteTemplates
    // In order of start.
    private let sounds: [Sound]
    private var nextSound = 0
    private var active: [Int32]
    private var activeCount = 0

    init(_ score: FollowingScore) {
        templates = score.templates
        bands = score.templates.bands
        let notes = score.score.performed()
        sounds = notes.compactMap { [templates] note in
            guard let template = templates.index(program: note.program ?? 0, pitch: note.pitch) else { return nil }
            let strength = Float(note.velocity) / Float(NoteTemplates.velocity)
            return Sound(
                start: note.start * SlidingSpectrum.rate, end: note.end * SlidingSpectrum.rate, template: template,
                gain: strength * strength)
        }
        let end = max(score.duration, notes.map(\.end).max() ?? 0)
        count = 2 + Int(end * SlidingSpectrum.rate)
        active = [Int32](repeating: 0, count: Self.polyphony)
    }

    /// Moves to a frame, or to the nearest one that exists. Linear in the length of the score.
    mutating func seek(_ frame: Int) {
        position = min(max(0, frame), count - 1)
        activeCount = 0
        nextSound = 0
        begin()
    }

    /// Writes the powers of the frame and advances; beyond the end, writes silence.
    ///
    /// - Parameter powers: room for ``bands`` values.
    mutating func next(into powers: UnsafeMutablePointer<Float>) {
        powers.update(repeating: 0, count: bands)
        begin()
        let now = Double(position)
        active.withUnsafeMutableBufferPointer { active in
            sounds.withUnsafeBufferPointer { sounds in
                var index = 0
                while index < activeCount {
                    let sound = sounds[Int(active[index])]
                    let released = Float(now - sound.end)
                    if released > Self.forgetting * templates.releaseTime(of: sound.template) {
                        activeCount -= 1
                        active[index] = active[activeCount]
                        continue
                    }
                    templates.addPower(
                        of: sound.template, age: Float(now - sound.start), sinceRelease: released, gain: sound.gain,
                        into: powers)
                    index += 1
                }
            }
        }
        position += 1
    }

    /// Adds the notes that have begun, except for those that are silent already.
    private mutating func begin() {
        let now = Double(position)
        while nextSound < sounds.count, sounds[nextSound].start < now {
            let sound = sounds[nextSound]
            let isOver = Float(now - sound.end) > Self.forgetting * templates.releaseTime(of: sound.template)
            if !isOver, activeCount < active.count {
                active[activeCount] = Int32(nextSound)
                activeCount += 1
            }
            nextSound += 1
        }
    }
}
