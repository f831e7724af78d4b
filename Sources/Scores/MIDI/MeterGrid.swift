/// Divides time into measures according to time signatures.
struct MeterGrid {
    /// A time signature and the beat from which it applies.
    struct Change {
        var beat: Double
        var signature: Score.TimeSignature
    }

    /// The maximum number of measures; the time after them becomes one long measure.
    static let limit = 50_000

    private(set) var measures: [Score.Measure] = []
    /// The start of each measure, followed by the end of the last.
    private(set) var starts: [Double] = [0]
    private(set) var isTruncated = false

    /// - Parameters:
    ///   - changes: in any order; the last of several at one beat applies. The initial meter is 4/4.
    ///   - end: the beat that measures must reach.
    init(_ changes: [Change], end: Double) {
        let spans = Self.spans(changes)
        for (index, span) in spans.enumerated() {
            let isLast = index + 1 == spans.count
            let least = measures.isEmpty ? span.beat + span.signature.length : 0
            let limit = isLast ? max(end, least) : spans[index + 1].beat
            var start = span.beat
            // A shorter remainder is a rounding error rather than a measure.
            while limit - start > 1e-6 {
                guard measures.count < Self.limit else {
                    isTruncated = true
                    append(to: max(end, start + span.signature.length), span.signature)
                    return
                }
                let next = start + span.signature.length
                start = isLast || next <= limit + 1e-6 ? next : limit
                append(to: start, span.signature)
            }
        }
        number(spans)
    }

    /// The index of the measure at a beat.
    func measure(atBeat beat: Double) -> Int {
        var low = 0
        var high = measures.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= beat { low = middle } else { high = middle }
        }
        return low
    }

    private mutating func append(to end: Double, _ signature: Score.TimeSignature) {
        measures.append(
            .init(number: "\(measures.count + 1)", length: end - (starts.last ?? 0), timeSignature: signature))
        starts.append(end)
    }

    /// The effective changes in order, the first one at beat 0.
    private static func spans(_ changes: [Change]) -> [Change] {
        var spans = [Change(beat: 0, signature: .init(4, 4))]
        for index in changes.indices.sorted(by: { (changes[$0].beat, $0) < (changes[$1].beat, $1) }) {
            let change = changes[index]
            if change.beat <= spans[spans.count - 1].beat + 1e-6 {
                spans[spans.count - 1].signature = change.signature
            } else if change.signature != spans[spans.count - 1].signature {
                spans.append(change)
            }
        }
        return spans
    }

    /// Numbers a first measure as 0, a pickup, if it is shorter than the next time signature's measures.
    private mutating func number(_ spans: [Change]) {
        guard spans.count > 1, measures.count > 1, abs(starts[1] - spans[1].beat) < 1e-6,
            measures[0].length < spans[1].signature.length - 1e-6
        else { return }
        measures[0].timeSignature = spans[1].signature
        for index in measures.indices { measures[index].number = "\(index)" }
    }
}
