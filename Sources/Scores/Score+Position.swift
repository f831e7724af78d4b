extension Score {
    /// The printed position of a beat in the order of play.
    public struct Position: Sendable, Equatable {
        /// Index in `passages`.
        public var passage: Int
        /// Index in `measures`.
        public var measure: Int
        /// The printed measure number.
        public var number: String
        /// Beats (quarter notes) from the start of the measure.
        public var offset: Double
        /// The 1-based beat as musicians count it, in units of the time signature's denominator. A pickup ends on its
        /// measure's last beat: a pickup of one quarter in 3/4 is beat 3.
        public var beat: Double
    }

    /// The index in `passages` of the measure played at a beat, clamped to the first and the last. O(log n).
    public func passage(atBeat beat: Double) -> Int {
        var low = 0
        var high = passages.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if passages[middle].start <= beat { low = middle } else { high = middle }
        }
        return low
    }

    /// The printed position of a beat. Beats before the start and after the end belong to the first and the last
    /// measure.
    public func position(atBeat beat: Double) -> Position {
        let index = passage(atBeat: beat)
        let passage = passages[index]
        let measure = measures[passage.measure]
        let offset = max(0, beat - passage.start)
        // A pickup lacks its first beats.
        let isFirst = structure.movements.contains { $0.lowerBound == passage.measure }
        let missing = isFirst ? max(0, measure.timeSignature.length - measure.length) : 0
        return Position(
            passage: index, measure: passage.measure, number: measure.number, offset: offset,
            beat: 1 + (missing + offset) * Double(measure.timeSignature.denominator) / 4)
    }

    /// The indices in `passages` of all passes of the measures with a printed number, in order.
    public func passages(ofMeasure number: String) -> [Int] {
        passages.indices.filter { measures[passages[$0].measure].number == number }
    }
}
