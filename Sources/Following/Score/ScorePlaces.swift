import Scores

/// The places of a score to which players may jump, and from which they may, as the notation declares them.
///
/// The targets are the beginnings of movements, of sections between repeat signs and of what follows them, endings,
/// segno, coda, and rehearsal marks. Players may leave the order of play before each of these, after a Fine, a "To
/// Coda", a D.C. or D.S., and where the order of play itself jumps.
struct ScorePlaces: Sendable {
    /// Targets in beats along the order of play, ascending. A measure that is played twice occurs twice.
    let places: [Double]
    /// Exits in beats along the order of play, ascending.
    let exits: [Double]

    init(_ score: Score) {
        let marks = score.structure.marks
        let sections = score.structure.sections
        var begins = Set<Int>()
        var ends = Set<Int>()
        for (measure, mark) in marks.enumerated() {
            if mark.beginsMovement || mark.opensRepeat || mark.segno != nil || mark.coda != nil {
                begins.insert(measure)
            }
            if mark.endingBegins != nil { begins.insert(measure) }
            if mark.isFine || mark.toCoda != nil || mark.jump != nil || mark.closesRepeat != nil {
                ends.insert(measure)
            }
        }
        for section in sections {
            begins.insert(section.measures.lowerBound)
            begins.insert(section.measures.upperBound)
        }
        for (measure, printed) in score.measures.enumerated() where printed.label != nil { begins.insert(measure) }
        var places: [Double] = []
        var exits: [Double] = []
        for (index, passage) in score.passages.enumerated() {
            let isPlace = index == 0 || begins.contains(passage.measure)
            if isPlace { places.append(passage.start) }
            guard index > 0 else { continue }
            let before = score.passages[index - 1].measure
            if isPlace || ends.contains(before) || before + 1 != passage.measure { exits.append(passage.start) }
        }
        self.places = places
        self.exits = exits
    }
}
