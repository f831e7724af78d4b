extension Score {
    /// Where a beat of the order of play is on paper.
    public struct Position: Sendable, Equatable {
        /// Index in `passages`.
        public var passage: Int
        /// Index in `measures`.
        public var measure: Int
        /// The measure's number as printed.
        public var number: String
        /// Beats (quarter notes) since the measure began.
        public var offset: Double
        /// The beat as musicians count it: from 1, in units of the time signature's denominator. A pickup ends with its
        /// measure's last beat: that of one quarter before 3/4 begins on beat 3.
        public var beat: Double
    }

    /// Index in `passages` of the measure that is played at a beat; before the beginning the first, from the end on the last.
    /// Logarithmic.
    public func passage(atBeat beat: Double) -> Int {
        var low = 0
        var high = passages.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if passages[middle].start <= beat { low = middle } else { high = middle }
        }
        return low
    }

    /// The printed place of a beat. Beats before the beginning and after the end belong to the first and the last measure.
    public func position(atBeat beat: Double) -> Position {
        let index = passage(atBeat: beat)
        let passage = passages[index]
        let measure = measures[passage.measure]
        let offset = max(0, beat - passage.start)
        // What a pickup lacks, it lacks at its front.
        let isFirst = structure.movements.contains { $0.lowerBound == passage.measure }
        let missing = isFirst ? max(0, measure.timeSignature.length - measure.length) : 0
        return Position(
            passage: index, measure: passage.measure, number: measure.number, offset: offset,
            beat: 1 + (missing + offset) * Double(measure.timeSignature.denominator) / 4)
    }

    /// Indices in `passages` of all playings of the measures with a printed number, in order.
    public func passages(ofMeasure number: String) -> [Int] {
        passages.indices.filter { measures[passages[$0].measure].number == number }
    }
}
