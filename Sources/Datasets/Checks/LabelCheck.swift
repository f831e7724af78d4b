import Basics
import Music

/// Finds questionable labels among valid ones. Each finding counts its labels and locates the first one.
public struct LabelCheck: Sendable {
    /// The problems found; empty if there are none.
    public private(set) var findings: [Finding] = []

    /// Seconds by which labels may exceed the audio: files are rounded, and encoders drop a last block.
    static let tolerance = 0.05

    /// Checks labels in O(n log n).
    ///
    /// - Parameters:
    ///   - lines: the line number of each label, if known.
    ///   - seconds: the duration of the audio; nil if unknown.
    ///   - range: the expected pitches.
    public init(
        _ labels: [LabelFile.Label], lines: [Int] = [], seconds: Double?, range: ClosedRange<Int> = 21...108
    ) {
        guard !labels.isEmpty else {
            findings = [Finding(.noLabels, "the label file has no labels")]
            return
        }
        func place(_ index: Int) -> String {
            let start = Numeral.fixed(labels[index].note.start, 2)
            return lines.indices.contains(index) ? "line \(lines[index]), at \(start) s" : "at \(start) s"
        }
        func report(_ kind: Finding.Kind, _ description: String, where matches: (LabelFile.Label) -> Bool) {
            let indices = labels.indices.filter { matches(labels[$0]) }
            guard let first = indices.first else { return }
            let detail = "\(description): \(indices.count) (first: \(place(first)))"
            findings.append(Finding(kind, count: indices.count, detail))
        }
        if let seconds {
            let length = Numeral.fixed(seconds, 2)
            if labels.allSatisfy({ $0.note.start >= seconds || $0.note.end <= 0 }) {
                findings.append(
                    Finding(.noLabelInside, count: labels.count, "no label is inside the \(length) s of audio"))
            } else {
                report(.labelsOutside, "labels outside the \(length) s of audio") { label in
                    label.note.start < -Self.tolerance || label.note.end > seconds + Self.tolerance
                }
            }
        }
        report(.zeroLength, "labels of zero length") { $0.note.end == $0.note.start }
        let overlapping = Self.overlapping(labels)
        if let first = overlapping.first {
            let description = "labels that overlap an earlier one of the same instrument and pitch"
            findings.append(
                Finding(
                    .overlappingLabels, count: overlapping.count,
                    "\(description): \(overlapping.count) (first: \(place(first)))"))
        }
        report(.outsidePiano, "notes outside \(range.lowerBound) to \(range.upperBound)") {
            !range.contains($0.note.pitch)
        }
    }

    /// The indices of labels that start while another label of the same instrument and pitch is sounding, in order.
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
