import Basics
import Music

/// What is questionable about labels that could be read. Each finding counts labels and names the first one.
public struct LabelCheck: Sendable {
    /// The labels that reach outside the audio, those that overlap, and so on; none if all is well.
    public private(set) var findings: [Finding] = []

    /// Rounding in files, and encoders that drop a last block, must not raise an alarm: seconds.
    static let tolerance = 0.05

    /// Checks labels in O(n log n).
    ///
    /// - Parameters:
    ///   - lines: of each label in its file, where known.
    ///   - seconds: length of the audio; nil if it isn't known.
    ///   - range: notes that are expected.
    public init(
        _ labels: [LabelFile.Label], lines: [Int] = [], seconds: Double?, range: ClosedRange<Int> = 21...108
    ) {
        guard !labels.isEmpty else {
            findings = [Finding(.noLabels, "the label file holds no label")]
            return
        }
        func place(_ index: Int) -> String {
            let start = Numeral.fixed(labels[index].note.start, 2)
            return lines.indices.contains(index) ? "line \(lines[index]), at \(start) s" : "at \(start) s"
        }
        func report(_ kind: Finding.Kind, _ what: String, where matches: (LabelFile.Label) -> Bool) {
            let indices = labels.indices.filter { matches(labels[$0]) }
            guard let first = indices.first else { return }
            findings.append(Finding(kind, count: indices.count, "\(what): \(indices.count) (first: \(place(first)))"))
        }
        if let seconds {
            let length = Numeral.fixed(seconds, 2)
            if labels.allSatisfy({ $0.note.start >= seconds || $0.note.end <= 0 }) {
                findings.append(
                    Finding(.noLabelInside, count: labels.count, "no label lies inside the \(length) s of audio"))
            } else {
                report(.labelsOutside, "labels outside the \(length) s of audio") { label in
                    label.note.start < -Self.tolerance || label.note.end > seconds + Self.tolerance
                }
            }
        }
        report(.zeroLength, "labels without length") { $0.note.end == $0.note.start }
        let overlapping = Self.overlapping(labels)
        if let first = overlapping.first {
            let what = "labels that overlap an earlier one of the same instrument and pitch"
            findings.append(
                Finding(
                    .overlappingLabels, count: overlapping.count,
                    "\(what): \(overlapping.count) (first: \(place(first)))"))
        }
        report(.outsidePiano, "notes outside \(range.lowerBound) to \(range.upperBound)") {
            !range.contains($0.note.pitch)
        }
    }

    /// The labels that begin while another of the same instrument and pitch sounds, in the order of `labels`.
    private static func overlapping(_ labels: [LabelFile.Label]) -> [Int] {
        struct Voice: Hashable {
            var program: Int?
            var pitch: Int
        }
        var ends: [Voice: Double] = [:]
        var result: [Int] = []
        for index in labels.indices.sorted(by: { (labels[$0].note.start, $0) < (labels[$1].note.start, $1) }) {
            let note = labels[index].note
            let voice = Voice(program: note.program, pitch: note.pitch)
            if let end = ends[voice], note.start < end, note.end > note.start { result.append(index) }
            ends[voice] = max(ends[voice] ?? -.infinity, note.end)
        }
        return result.sorted()
    }
}
