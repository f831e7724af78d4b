import Basics
import Scores

/// The frames of a score's features in which its measures and notes begin.
struct ScoreBoundaries {
    /// Frames in which measures begin; ascending from 0.
    let frames: [Int]
    /// Frames in which notes begin; ascending.
    let onsets: [Int]
    /// The first beat within each frame of `onsets`.
    private let onsetBeats: [Double]
    /// Index in `Score.passages` of the measure that begins at each frame of `frames`.
    private let passages: [Int]
    private let score: Score
    private let rate: Double
    private let frameCount: Int

    /// - Parameter rate: frames per second of the score at its written tempo.
    init(_ score: Score, rate: Double, frameCount: Int) {
        var frames = [0]
        var passages = [0]
        for (index, passage) in score.passages.enumerated().dropFirst() {
            let frame = Int((score.tempo.seconds(atBeat: passage.start) * rate).rounded())
            guard frame > frames[frames.count - 1], frame < frameCount else { continue }
            frames.append(frame)
            passages.append(index)
        }
        self.frames = frames
        var onsets: [Int] = []
        var onsetBeats: [Double] = []
        for note in score.notes {
            let frame = Int((score.tempo.seconds(atBeat: note.onset) * rate).rounded())
            guard frame < frameCount, onsets.last.map({ frame > $0 }) ?? true else { continue }
            onsets.append(frame)
            onsetBeats.append(note.onset)
        }
        self.onsets = onsets
        self.onsetBeats = onsetBeats
        self.passages = passages
        self.score = score
        self.rate = rate
        self.frameCount = frameCount
    }

    /// The beat at a frame. Exact for frames in which a measure or a note begins; the end of the score for its last
    /// frame.
    func beat(ofFrame frame: Int) -> Double {
        if frame >= frameCount - 1 { return score.length }
        let index = frames.partitionPoint { $0 < frame }
        if index < frames.count, frames[index] == frame { return score.passages[passages[index]].start }
        let onset = onsets.partitionPoint { $0 < frame }
        if onset < onsets.count, onsets[onset] == frame { return onsetBeats[onset] }
        return min(score.tempo.beat(atSeconds: Double(frame) / rate), score.length)
    }

    /// Jumps that players make at repeat signs: taking a repeat that is not in the order of play, or omitting one that
    /// is.
    func suggestedJumps(_ score: Score) -> [ScoreSearch.Jump] {
        var boundaryOf: [Int: Int] = [:]
        for (boundary, passage) in passages.enumerated() { boundaryOf[passage] = boundary }
        var jumps: Set<ScoreSearch.Jump> = []
        func add(after passage: Int, to target: Int) {
            guard let from = passage + 1 < score.passages.count ? boundaryOf[passage + 1] : frames.count,
                let to = boundaryOf[target], from != to
            else { return }
            jumps.insert(.init(from: from, to: to))
        }
        let played = score.passages
        for section in score.structure.sections {
            let starts = played.indices.filter { played[$0].measure == section.measures.lowerBound }
            for (pass, start) in starts.enumerated() {
                // From the end of this pass: play it again, or continue as after a later pass.
                let end = played[start...].firstIndex { !section.measures.contains($0.measure) } ?? played.count
                let stop = starts.first { $0 > start } ?? end
                add(after: stop - 1, to: start)
                for later in starts.dropFirst(pass + 1) { add(after: start - 1, to: later) }
            }
        }
        // Omitted repeats: from any measure to a later occurrence of the measure that follows it in print.
        for (index, passage) in played.enumerated() {
            let next = played.index(after: index)
            guard next < played.count, played[next].measure != passage.measure + 1 else { continue }
            for later in played.indices.dropFirst(next) where played[later].measure == passage.measure + 1 {
                add(after: index, to: later)
            }
        }
        return jumps.sorted { ($0.from, $0.to) < ($1.from, $1.to) }
    }
}
