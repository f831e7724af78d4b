extension Score {
    /// What the print says about the order in which the measures are played: repeats, endings and jumps.
    public struct Structure: Sendable, Equatable {
        /// One entry for each printed measure.
        public let marks: [Marks]
        /// The movements: measures that repeats and jumps don't leave. Never empty; they cover all measures.
        public let movements: [Range<Int>]
        /// The sections between repeat signs, in order of their first measure, an outer one before those within it.
        public let sections: [Section]

        /// Where the score lists its order of play outright.
        public let orders: Orders

        public init(marks: [Marks], orders: Orders = Orders()) {
            self.marks = marks
            self.orders = orders
            let movements = Self.movements(marks)
            self.movements = movements
            sections = movements.flatMap { movement in
                var parser = SectionParser(start: movement.lowerBound)
                return parser.parse(marks[movement])
            }
        }

        /// Where numbering begins anew, so does a movement: but a trio that is numbered by itself belongs to the minuet, to whose Fine
        /// it leads back.
        private static func movements(_ marks: [Marks]) -> [Range<Int>] {
            let starts = [0] + marks.indices.dropFirst().filter { marks[$0].beginsMovement } + [marks.count]
            var movements: [Range<Int>] = []
            for movement in zip(starts, starts.dropFirst()).map({ $0..<$1 }) {
                let goesBack = marks[movement].contains { $0.jump.map { $0.goal != .coda } ?? false }
                if goesBack, !marks[movement].contains(where: \.isFine), let last = movements.last,
                    marks[last].contains(where: \.isFine), !marks[last].contains(where: { $0.jump != nil })
                {
                    movements[movements.count - 1] = last.lowerBound..<movement.upperBound
                } else {
                    movements.append(movement)
                }
            }
            return movements
        }

        /// Whether the measures are to be played just as they stand.
        public var isStraight: Bool {
            sections.isEmpty && orders == Orders() && marks.allSatisfy { $0.jump == nil }
        }
    }
}

extension Score.Structure {
    /// Orders of play that the score lists itself, as indices of printed measures; they outdo its signs.
    public struct Orders: Sendable, Equatable {
        public var written: [Int]?
        public var withoutRepeats: [Int]?

        public init(written: [Int]? = nil, withoutRepeats: [Int]? = nil) {
            self.written = written
            self.withoutRepeats = withoutRepeats
        }
    }

    /// What stands at one measure.
    public struct Marks: Sendable, Equatable {
        /// The first measure of a movement.
        public var beginsMovement = false
        /// A repeat sign |: at its beginning.
        public var opensRepeat = false
        /// A repeat sign :| at its end, and how often the section is then played in all.
        public var closesRepeat: Int?
        /// A bracket over an ending begins here: for which passes, counted from 1.
        public var endingBegins: [Int]?
        /// The bracket ends with this measure.
        public var endingEnds = false
        /// A segno at its beginning, and its name.
        public var segno: String?
        /// The coda begins here, and its name.
        public var coda: String?
        /// "To coda" at its end, and the name of the coda.
        public var toCoda: String?
        /// "Fine" at its end.
        public var isFine = false
        /// D.C. or D.S. at its end.
        public var jump: Jump?

        public init() {}
    }

    /// Da capo or dal segno.
    public struct Jump: Sendable, Equatable {
        /// Where it leads: nil to the beginning of the movement, else to the segno of this name.
        public var segno: String?
        public var goal: Goal

        public init(segno: String? = nil, goal: Goal = .unsaid) {
            self.segno = segno
            self.goal = goal
        }
    }

    /// How far a jump goes.
    public enum Goal: String, Sendable {
        /// To the Fine or the To Coda, whichever comes first, else to the end.
        case unsaid
        case fine
        case coda
    }

    /// Measures between repeat signs.
    public struct Section: Sendable, Equatable {
        /// Indices of printed measures, endings included.
        public var measures: Range<Int>
        /// How often it is played as written; at least 1.
        public var plays: Int
        /// Brackets, in order; empty for a plain repeat.
        public var endings: [Ending]

        /// The measures before the endings.
        public var body: Range<Int> {
            measures.lowerBound..<(endings.first?.measures.lowerBound ?? measures.upperBound)
        }

        /// The ending of a pass (from 1): the one that names it, else the first before the last pass and, in the last pass, the
        /// last. Nil where a lone first ending is left out.
        public func ending(ofPass pass: Int) -> Ending? {
            if let named = endings.first(where: { $0.passes.contains(pass) }) { return named }
            if pass < plays { return endings.first }
            return endings.count > 1 ? endings.last : nil
        }
    }

    /// A bracket over measures that belong to certain passes.
    public struct Ending: Sendable, Equatable {
        /// Counted from 1.
        public var passes: [Int]
        /// Indices of printed measures.
        public var measures: Range<Int>
    }
}
