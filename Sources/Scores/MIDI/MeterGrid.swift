/// Cuts a stretch of time into measures by its time signatures.
struct MeterGrid {
    /// A time signature from a position on.
    struct Change {
        var beat: Double
        var signature: Score.TimeSignature
    }

    /// More measures than this are not counted; what follows is one long measure.
    static let limit = 50_000

    private(set) var measures: [Score.Measure] = []
    /// Where each measure begins, and at last where the last one ends.
    private(set) var starts: [Double] = [0]
    private(set) var isCutShort = false

    /// - Parameters:
    ///   - changes: in any order; of several at one beat the last counts. Before the first the meter is 4/4.
    ///   - end: how far measures must reach, in beats.
    init(_ changes: [Change], end: Double) {
        let spans = Self.spans(changes)
        for (index, span) in spans.enumerated() {
            let isLast = index + 1 == spans.count
            let least = measures.isEmpty ? span.beat + span.signature.length : 0
            let limit = isLast ? max(end, least) : spans[index + 1].beat
            var start = span.beat
            // Anything shorter than this is a rounding error, no measure.
            while limit - start > 1e-6 {
                guard measures.count < Self.limit else {
                    isCutShort = true
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

    /// The measure that holds a beat.
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

    /// Changes that change something, in order, the first one at beat 0.
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

    /// A first measure shorter than those of the time signature after it is a pickup, number 0.
    private mutating func number(_ spans: [Change]) {
        guard spans.count > 1, measures.count > 1, abs(starts[1] - spans[1].beat) < 1e-6,
            measures[0].length < spans[1].signature.length - 1e-6
        else { return }
        measures[0].timeSignature = spans[1].signature
        for index in measures.indices { measures[index].number = "\(index)" }
    }
}
