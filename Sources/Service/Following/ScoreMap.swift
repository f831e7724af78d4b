import Scores
import Wire

/// Where the beats of a score are on paper, laid out for one look-up a hop: no text is made, nothing is allocated.
struct ScoreMap: Sendable {
    /// What is told of one of the score's passages.
    private struct Passage {
        /// Quarter notes along the order of play.
        var start: Double
        /// As printed.
        var number: Int
        /// Quarter notes that a pickup lacks at its front.
        var missing: Double
        /// Quarter notes in one counted beat.
        var unit: Double
        /// 1 where the measure is played for the first time.
        var pass: Int
    }

    /// A place in a measure.
    struct Place: Sendable, Equatable {
        var measure: Int
        var beatInMeasure: Double
        var beatUnit: Double
        var count: Double
        var pass: Int
    }

    /// Quarter notes along the order of play.
    let length: Double
    /// As many as the score's, and in the same order.
    private let passages: [Passage]
    private let score: Score

    init(_ score: Score) {
        self.score = score
        length = score.length
        let firsts = Set(score.structure.movements.map(\.lowerBound))
        passages = score.passages.map { passage in
            let measure = score.measures[passage.measure]
            let signature = measure.timeSignature
            let missing = firsts.contains(passage.measure) ? max(0, signature.length - measure.length) : 0
            return Passage(
                start: passage.start, number: Self.number(measure.number) ?? passage.measure + 1, missing: missing,
                unit: Self.unit(signature), pass: passage.pass)
        }
    }

    /// The first and the last printed measure's number.
    var ends: (first: String, last: String) {
        (score.measures.first?.number ?? "", score.measures.last?.number ?? "")
    }

    /// Where a beat is; beats outside belong to the first and the last measure.
    func place(atBeat beat: Double) -> Place {
        let passage = passages[score.passage(atBeat: beat)]
        let offset = max(0, beat - passage.start)
        return Place(
            measure: passage.number, beatInMeasure: offset, beatUnit: passage.unit,
            count: 1 + (passage.missing + offset) / passage.unit, pass: passage.pass)
    }

    /// Seconds from the start as written.
    func seconds(atBeat beat: Double) -> Double { score.tempo.seconds(atBeat: beat) }

    /// Quarter notes a minute as written.
    func tempo(atBeat beat: Double) -> Double { 60 / score.tempo.secondsPerBeat(atBeat: beat) }

    /// The beat of a place that a client names.
    ///
    /// - Throws: `invalidParameters`, saying what there is.
    func beat(of place: Command.ScorePlace) throws(ResponseError) -> Double {
        switch place {
        case .beat(let beat):
            guard beat >= 0, beat <= length else {
                throw ResponseError(
                    .invalidParameters,
                    "follow.goto: there is no beat \(beat) in the score; beats are quarter notes in the order of play, "
                        + "from 0 to \(Self.text(length))")
            }
            return beat
        case .measure(let number, let pass): return try beat(ofMeasure: number, pass: pass)
        case .label(let label): return try beat(ofLabel: label)
        }
    }

    private func beat(ofMeasure number: String, pass: Int?) throws(ResponseError) -> Double {
        let playings = score.passages(ofMeasure: number)
        guard let first = playings.first else {
            throw ResponseError(
                .invalidParameters,
                "follow.goto: there is no measure '\(Self.excerpt(number))' in the score, which goes from \(ends.first) to "
                    + "\(ends.last)")
        }
        guard let pass else { return score.passages[first].start }
        guard pass <= playings.count else {
            throw ResponseError(
                .invalidParameters,
                "follow.goto: measure \(Self.excerpt(number)) is played \(Self.times(playings.count)), not \(pass) times"
            )
        }
        return score.passages[playings[pass - 1]].start
    }

    private func beat(ofLabel label: String) throws(ResponseError) -> Double {
        let exact = score.passages.first { score.measures[$0.measure].label == label }
        let passage =
            exact ?? score.passages.first { score.measures[$0.measure].label?.lowercased() == label.lowercased() }
        if let passage { return passage.start }
        let labels = labels.prefix(20)
        let known = labels.isEmpty ? "it has none" : "it has \(labels.joined(separator: ", "))"
        throw ResponseError(
            .invalidParameters, "follow.goto: the score has no rehearsal mark '\(Self.excerpt(label))'; \(known)")
    }

    /// Rehearsal marks in printed order.
    var labels: [String] { score.measures.compactMap { $0.label.map(Self.excerpt) } }

    /// What musicians count: dotted notes in compound time (6/8, 9/8, 12/8, 6/4 ...), else the denominator's.
    private static func unit(_ signature: Score.TimeSignature) -> Double {
        let note = 4 / Double(max(signature.denominator, 1))
        return signature.numerator > 3 && signature.numerator.isMultiple(of: 3) && signature.denominator >= 4
            ? 3 * note : note
    }

    /// The number in a measure's printed number: 12 of "12a", nil of "X1".
    private static func number(_ text: String) -> Int? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        return Int(digits)
    }

    private static func text(_ beats: Double) -> String {
        beats == beats.rounded() && abs(beats) < 1e15 ? String(Int(beats)) : String(beats)
    }

    private static func times(_ count: Int) -> String { count == 1 ? "once" : "\(count) times" }

    private static func excerpt(_ text: String) -> String { text.count > 60 ? text.prefix(60) + "..." : text }
}
