/// Finds the events of a score that follow the same music, so that listening to it cannot distinguish them.
///
/// The events are sorted by their predecessors, read backwards, so that events with a common past are neighbours in
/// this order (a suffix array with its longest common prefixes). A wavelet matrix over the order finds the nearest twin
/// before or after any event. A query takes time logarithmic in the number of events, even in a score that repeats one
/// bar throughout, and allocates nothing. Memory: about 100 bytes per event.
struct EventTwins: Sendable {
    /// Events that follow the same music: a range of the order.
    struct Group: Equatable, Sendable {
        fileprivate var range: Range<Int>
        /// Number of events; at least 1.
        var count: Int { range.count }
    }

    /// One bit of the event numbers, in the order that the higher bits have produced.
    private struct Level: Sendable {
        /// `zeros[n]` is the number of zeros among the first n.
        var zeros: [Int32]
        var total: Int { Int(zeros[zeros.count - 1]) }
    }

    // For each event, its place in the order.
    private let places: [Int32]
    // [k][i]: the minimum over the pairs (i - 1, i), ..., (i + 2^k - 2, i + 2^k - 1) of neighbours of the number of
    // preceding events that the pair shares.
    private let shared: [[Int32]]
    // From the highest bit to the lowest.
    private let levels: [Level]

    /// - Parameter signatures: one per event, equal for events that sound the same.
    init(signatures: [Int]) {
        let order = Self.order(signatures)
        var places = [Int32](repeating: 0, count: order.count)
        for (place, event) in order.enumerated() { places[event] = Int32(place) }
        self.places = places
        shared = Self.minima(Self.neighbours(signatures, order, places))
        levels = Self.levels(order)
    }

    /// The events with the same `length` predecessors as this one, including this one.
    ///
    /// - Parameters:
    ///   - event: an event of the score.
    ///   - length: at least 1. An event with fewer predecessors is alone in its group.
    func group(of event: Int, length: Int) -> Group {
        var low = Int(places[event])
        var high = low
        for power in shared.indices.reversed() {
            let step = 1 << power
            if low - step >= 0, shared[power][low - step + 1] >= length { low -= step }
        }
        for power in shared.indices.reversed() {
            let step = 1 << power
            if high + step < places.count, shared[power][high + 1] >= length { high += step }
        }
        return Group(range: low..<high + 1)
    }

    /// The number of events of a group that precede this event in the score.
    func count(in group: Group, before event: Int) -> Int {
        guard event > 0 else { return 0 }
        guard event < places.count else { return group.count }
        var (low, high) = (group.range.lowerBound, group.range.upperBound)
        var count = 0
        for (index, level) in levels.enumerated() {
            let (zerosLow, zerosHigh) = (Int(level.zeros[low]), Int(level.zeros[high]))
            if event >> (levels.count - 1 - index) & 1 == 0 {
                (low, high) = (zerosLow, zerosHigh)
            } else {
                count += zerosHigh - zerosLow
                (low, high) = (level.total + low - zerosLow, level.total + high - zerosHigh)
            }
        }
        return count
    }

    /// The event of a group that exactly `index` events of the group precede in the score.
    ///
    /// - Parameter index: less than the group's count.
    func event(of group: Group, at index: Int) -> Int {
        var (low, high, rest) = (group.range.lowerBound, group.range.upperBound, index)
        var event = 0
        for level in levels {
            let (zerosLow, zerosHigh) = (Int(level.zeros[low]), Int(level.zeros[high]))
            event <<= 1
            if rest < zerosHigh - zerosLow {
                (low, high) = (zerosLow, zerosHigh)
            } else {
                rest -= zerosHigh - zerosLow
                event |= 1
                (low, high) = (level.total + low - zerosLow, level.total + high - zerosHigh)
            }
        }
        return event
    }

    // MARK: Construction

    /// Sorts the events by their predecessors, doubling the number of predecessors that are compared.
    private static func order(_ signatures: [Int]) -> [Int] {
        let count = signatures.count
        var order = Array(0..<count)
        // 0 stands for the time before the first event; signatures are numbered from 1.
        let numbers = Dictionary(
            uniqueKeysWithValues: Set(signatures).sorted().enumerated().map { ($1, $0 + 1) })
        var ranks = (0..<count).map { $0 == 0 ? 0 : numbers[signatures[$0 - 1]] ?? 0 }
        var length = 1
        while true {
            let keys = (0..<count).map { (ranks[$0], $0 >= length ? ranks[$0 - length] : 0) }
            order.sort { keys[$0] < keys[$1] }
            var rank = 0
            for (place, event) in order.enumerated() {
                if place > 0, keys[order[place - 1]] != keys[event] { rank += 1 }
                ranks[event] = rank
            }
            // No two events have equally many predecessors, so all ranks differ in the end.
            guard rank + 1 < count, length < count else { return order }
            length *= 2
        }
    }

    /// How many predecessors each event shares with the event before it in the order (Kasai et al. 2001).
    private static func neighbours(_ signatures: [Int], _ order: [Int], _ places: [Int32]) -> [Int32] {
        var result = [Int32](repeating: 0, count: order.count)
        var common = 0
        for event in order.indices.reversed() {
            let place = Int(places[event])
            guard place > 0 else {
                common = 0
                continue
            }
            let other = order[place - 1]
            while common < min(event, other), signatures[event - 1 - common] == signatures[other - 1 - common] {
                common += 1
            }
            result[place] = Int32(common)
            common = max(0, common - 1)
        }
        return result
    }

    /// Minima over runs of 1, 2, 4, ... values.
    private static func minima(_ values: [Int32]) -> [[Int32]] {
        var table = [values]
        var step = 1
        while 2 * step <= values.count {
            let last = table[table.count - 1]
            table.append((0...values.count - 2 * step).map { min(last[$0], last[$0 + step]) })
            step *= 2
        }
        return table
    }

    private static func levels(_ order: [Int]) -> [Level] {
        var values = order
        var levels: [Level] = []
        var bit = 0
        while 1 << bit < order.count { bit += 1 }
        while bit > 0 {
            bit -= 1
            var zeros: [Int32] = [0]
            for value in values { zeros.append(zeros[zeros.count - 1] + (value >> bit & 1 == 0 ? 1 : 0)) }
            levels.append(Level(zeros: zeros))
            values = values.filter { $0 >> bit & 1 == 0 } + values.filter { $0 >> bit & 1 == 1 }
        }
        return levels
    }
}

extension RepeatPolicy {
    /// Selects one of several events that sound the same; nil if the policy selects none.
    ///
    /// - Parameter here: the last known event.
    func preferred(among group: EventTwins.Group, of twins: EventTwins, from here: Int) -> Int? {
        let passed = twins.count(in: group, before: here + 1)
        let next = passed < group.count ? twins.event(of: group, at: passed) : nil
        switch self {
        case .scoreOrder: return next ?? twins.event(of: group, at: 0)
        case .nearest:
            guard passed > 0 else { return next }
            let last = twins.event(of: group, at: passed - 1)
            guard let next, next - here < here - last else { return last }
            return next
        case .evidence: return nil
        }
    }
}
