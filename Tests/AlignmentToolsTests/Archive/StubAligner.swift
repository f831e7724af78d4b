import Alignment
import AlignmentSamples
import Foundation
import Scores
import Sound
import Synchronization

/// Aligns every score from time 0 at the written tempo, regardless of the recording, and records its calls.
final class StubAligner: Aligner {
    let name = "stub"
    let calls = Mutex<[String]>([])
    private let rejects: String?
    private let grade: ScoreAlignment.Verdict.Grade

    /// - Parameter rejects: recordings whose path contains this string get the verdict `grade`.
    init(rejecting rejects: String? = nil, as grade: ScoreAlignment.Verdict.Grade = .rejected) {
        self.rejects = rejects
        self.grade = grade
    }

    func align(_ score: Score, audio path: String, progress: (Double) throws -> Void) throws -> ScoreAlignment {
        calls.withLock { $0.append((path as NSString).lastPathComponent) }
        try progress(0.1)
        let count = try AudioFileReader.readAll(path: path).count
        try progress(0.9)
        let length = score.length
        var alignment = Samples.alignment(score, [(0...length, 0, 0.5)])
        alignment.duration = Double(count) / 44_100
        let isRejected = rejects.map { path.contains($0) } ?? false
        alignment.verdict = .init(
            grade: isRejected ? grade : .accepted, confidence: isRejected ? 0.1 : 0.95,
            reason: isRejected ? "hardly any note was found" : "")
        return alignment
    }
}
