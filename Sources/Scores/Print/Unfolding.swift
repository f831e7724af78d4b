extension Score {
    /// The order in which printed measures are played.
    public enum Unfolding: Sendable, Equatable {
        /// With all repeats and jumps as written. Repeats are not taken again after D.C. and D.S.
        case written
        /// Every section once, with its last ending; D.C. and D.S. are followed.
        case withoutRepeats
        /// Every printed measure once, in printed order.
        case straight
        /// Each section of `structure.sections` the given number of times, ending with its last ending; sections beyond
        /// the list as written. `jumps` tells whether D.C. and D.S. are followed.
        case plays([Int], jumps: Bool)
        /// Exactly these indices in `measures`. Out-of-range indices are dropped.
        case measures([Int])
    }
}

/// The order of play that results from a structure.
struct PlayOrder {
    /// The maximum number of measures that repeats may produce: more result from wrong signs, not from music.
    static let limit = 50_000

    private(set) var measures: [Int] = []
    private(set) var warnings: [String] = []

    private let structure: Score.Structure
    private var exceedsLimit = false

    init(_ structure: Score.Structure, _ unfolding: Score.Unfolding) {
        self.structure = structure
        let count = structure.marks.count
        switch unfolding {
        case .straight: measures = Array(0..<count)
        case .measures(let list): measures = list.filter { (0..<count).contains($0) }
        case .written:
            listed(structure.orders.written) ?? unfold(plays: structure.sections.map(\.plays), jumps: true)
        case .withoutRepeats:
            listed(structure.orders.withoutRepeats) ?? unfold(plays: structure.sections.map { _ in 1 }, jumps: true)
        case .plays(let list, let jumps):
            unfold(
                plays: structure.sections.indices.map {
                    max(1, $0 < list.count ? list[$0] : structure.sections[$0].plays)
                },
                jumps: jumps)
        }
    }

    private mutating func listed(_ order: [Int]?) -> Void? {
        guard let order else { return nil }
        measures = order.filter(structure.marks.indices.contains)
        return ()
    }

    private mutating func unfold(plays: [Int], jumps: Bool) {
        for movement in structure.movements where !exceedsLimit {
            let repeated = expanded(movement, plays)
            if jumps, structure.marks[movement].contains(where: { $0.jump != nil }) {
                let again = zip(structure.sections, plays).map { $0.repeatsAfterJump ? $1 : 1 }
                measures += walk(movement, repeated, expanded(movement, again))
            } else {
                measures += repeated
            }
            if measures.count > max(Self.limit, structure.marks.count) { exceedsLimit = true }
        }
        guard exceedsLimit else { return }
        measures = Array(structure.marks.indices)
        warnings.append("its repeats would produce more than \(Self.limit) measures and were ignored")
    }

    // MARK: Repeats

    private mutating func expanded(_ movement: Range<Int>, _ plays: [Int]) -> [Int] {
        var order: [Int] = []
        var next = 0
        play(movement, plays, &next, into: &order)
        return order
    }

    /// Plays a range. `next` is the index of the first section that may be in the range, then of the first one after
    /// it.
    private mutating func play(_ range: Range<Int>, _ plays: [Int], _ next: inout Int, into order: inout [Int]) {
        var measure = range.lowerBound
        while measure < range.upperBound, !exceedsLimit {
            while next < structure.sections.count, structure.sections[next].measures.lowerBound < measure { next += 1 }
            if next < structure.sections.count, structure.sections[next].measures.lowerBound == measure,
                structure.sections[next].measures.upperBound <= range.upperBound
            {
                let section = structure.sections[next]
                let count = plays[next]
                next += 1
                let inner = next
                let endings = EndingsByPass(section)
                for pass in 1...count where !exceedsLimit {
                    next = inner
                    play(section.body, plays, &next, into: &order)
                    // A shortened or lengthened repeat still ends with its last ending and uses the other endings
                    // before it.
                    let ending = endings[pass == count ? section.plays : min(pass, section.plays - 1)]
                    if let ending { play(ending.measures, plays, &next, into: &order) }
                }
                while next < structure.sections.count,
                    structure.sections[next].measures.lowerBound < section.measures.upperBound
                { next += 1 }
                measure = section.measures.upperBound
            } else {
                order.append(measure)
                if order.count > max(Self.limit, structure.marks.count) { exceedsLimit = true }
                measure += 1
            }
        }
    }

    // MARK: Jumps

    /// Follows D.C. and D.S. once each: repeats are taken before the first jump and from the coda on, but not in
    /// between.
    ///
    /// Sets ``exceedsLimit`` if the jumps produce more measures than the limit, as one in every measure does.
    private mutating func walk(_ movement: Range<Int>, _ repeated: [Int], _ once: [Int]) -> [Int] {
        let marks = structure.marks
        let toCoda = codaDepartures(movement)
        let segnos = movement.filter { marks[$0].segno != nil }
        let segnosByName = Dictionary(segnos.map { (marks[$0].segno, $0) }) { first, _ in first }
        // A D.C. that leads to no Fine ends where the trio began.
        let trios = movement.filter { marks[$0].beginsTrio && $0 > movement.lowerBound }
        let hasFine = movement.contains { marks[$0].isFine }
        let impliedFine = hasFine || !toCoda.isEmpty ? nil : trios.first.map { $0 - 1 }
        var origin: Int?
        let lastOfRepeated = lastIndices(repeated)
        let lastOfOnce = lastIndices(once)
        var played: [Int] = []
        var used: Set<Int> = []
        var jump: Score.Structure.Jump?
        var list = repeated
        var last = lastOfRepeated
        var index = 0
        while index < list.count {
            let measure = list[index]
            played.append(measure)
            guard played.count <= max(Self.limit, marks.count) else {
                exceedsLimit = true
                break
            }
            let isLast = last[measure] == index
            index += 1
            guard isLast else { continue }
            if let current = jump {
                if marks[measure].isFine, current.goal != .coda { break }
                if measure == impliedFine, current.segno == nil, let from = origin {
                    // Another trio may follow.
                    list = repeated
                    last = lastOfRepeated
                    index = list.firstIndex { $0 > from } ?? list.count
                    jump = nil
                    continue
                }
                if current.goal != .fine, let target = toCoda[measure] {
                    list = repeated
                    last = lastOfRepeated
                    index = list.firstIndex { $0 >= target } ?? list.count
                    jump = Score.Structure.Jump(goal: .fine)
                    continue
                }
            }
            if let next = marks[measure].jump, used.insert(measure).inserted {
                // Without the named segno, the last one before, or else the first.
                let target =
                    next.segno == nil
                    ? movement.lowerBound
                    : segnosByName[next.segno] ?? segnos.last { $0 <= measure } ?? segnos.first
                guard let target else {
                    warnings.append("measure \(measure + 1) has a dal segno, but there is no segno: it was ignored")
                    continue
                }
                jump = next
                origin = measure
                list = once
                last = lastOfOnce
                index = list.firstIndex { $0 >= target } ?? list.count
            }
        }
        return played
    }

    private func lastIndices(_ list: [Int]) -> [Int: Int] {
        Dictionary(zip(list, list.indices)) { $1 }
    }

    /// The coda that each "To coda" leads to. If there are only coda signs, the first of two serves as "To coda".
    private func codaDepartures(_ movement: Range<Int>) -> [Int: Int] {
        let marks = structure.marks
        var codas = movement.filter { marks[$0].coda != nil }
        var departures = movement.filter { marks[$0].toCoda != nil }
        var targets: [Int: Int] = [:]
        if departures.isEmpty, codas.count >= 2 {
            departures = [codas[0]]
            codas.removeFirst()
        }
        for departure in departures {
            let name = marks[departure].toCoda
            targets[departure] =
                codas.first { $0 > departure && marks[$0].coda == name } ?? codas.first { $0 > departure }
        }
        return targets
    }
}
