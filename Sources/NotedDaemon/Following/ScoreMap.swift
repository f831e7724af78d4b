import Scores
import Wire

/// Maps beats of a score to printed measures, with one lookup per hop. Lookups create no strings and allocate nothing.
struct ScoreMap: Sendable {
    /// What positions report about one passage of the score.
    private struct Passage {
        /// Quarter notes along the order of play.
        var start: Double
        /// The printed number.
        var number: Int
        /// Quarter notes missing at the front of a pickup.
        var missing: Double
        /// Quarter notes in one counted beat.
        var unit: Double
        /// 1 when the measure is played for the first time, 2 in its repeat.
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
    /// In the order of the score's passages, and as many.
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

    /// The printed numbers of the first and the last measure.
    var ends: (first: String, last: String) {
        (score.measures.first?.number ?? "", score.measures.last?.number ?? "")
    }

    /// The place of a beat. Beats outside of the score belong to the first or the last measure.
    func place(atBeat beat: Double) -> Place {
        let passage = passages[score.passage(atBeat: beat)]
        let offset = max(0, beat - passage.start)
        return Place(
            measure: passage.number, beatInMeasure: offset, beatUnit: passage.unit,
            count: 1 + (passage.missing + offset) / passage.unit, pass: passage.pass)
    }

    /// Seconds from the start at the written tempo.
    func seconds(atBeat beat: Double) -> Double { score.tempo.seconds(atBeat: beat) }

    /// Written tempo in quarter notes per minute.
    func tempo(atBeat beat: Double) -> Double { 60 / score.tempo.secondsPerBeat(atBeat: beat) }

    /// The beat of a place named by a client.
    ///
    /// - Throws: `invalidParameters`, naming the valid range.
    func beat(of place: Command.ScorePlace) throws(ResponseError) -> Double {
        switch place {
        case .beat(let beat):
            guard beat >= 0, beat <= length else {
                throw ResponseError(
                    .invalidParameters,
                    "follow.goto: the score has no beat \(beat); beats are quarter notes in the order of play, "
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
                "follow.goto: the score has no measure '\(Self.excerpt(number))'; "
                    + "its measures go from \(ends.first) to \(ends.last)")
        }
        guard let pass else { return score.passages[first].start }
        guard pass <= playings.count else {
            throw ResponseError(
                .invalidParameters,
                "follow.goto: measure \(Self.excerpt(number)) is played \(Self.times(playings.count)), "
                    + "so it has no pass \(pass)"
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

    /// The note value that musicians count: dotted notes in compound time (6/8, 9/8, 12/8, 6/4 ...), otherwise the
    /// denominator's.
    private static func unit(_ signature: Score.TimeSignature) -> Double {
        let note = 4 / Double(max(signature.denominator, 1))
        return signature.numerator > 3 && signature.numerator.isMultiple(of: 3) && signature.denominator >= 4
            ? 3 * note : note
    }

    /// The numeric part of a printed measure number: 12 for "12a", nil for "X1".
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
