extension Score {
    /// The notated order of play: repeats, endings and jumps.
    public struct Structure: Sendable, Equatable {
        /// One entry per printed measure.
        public let marks: [Marks]
        /// The movements, which repeats and jumps never leave. Never empty; they cover all measures.
        public let movements: [Range<Int>]
        /// The repeated sections, in order of their first measure; an enclosing section precedes those within it.
        public let sections: [Section]

        /// Orders of play that the score lists explicitly.
        public let orders: Orders

        public init(marks: [Marks], orders: Orders = Orders()) {
            self.orders = orders
            let movements = Self.movements(marks)
            let marks = Self.placingJumps(marks, movements)
            self.marks = marks
            self.movements = movements
            sections = movements.flatMap { movement in
                var parser = SectionParser(start: movement.lowerBound)
                return parser.parse(marks[movement])
            }
        }

        /// A movement begins where numbering restarts, except for a separately numbered trio that leads back to the
        /// Fine of the preceding minuet.
        private static func movements(_ marks: [Marks]) -> [Range<Int>] {
            let starts = [0] + marks.indices.dropFirst().filter { marks[$0].beginsMovement } + [marks.count]
            var movements: [Range<Int>] = []
            for movement in zip(starts, starts.dropFirst()).map({ $0..<$1 }) {
                if let last = movements.last, leads(marks[movement], backTo: marks[last]) {
                    movements[movements.count - 1] = last.lowerBound..<movement.upperBound
                } else {
                    movements.append(movement)
                }
            }
            return movements
        }

        /// Whether a jump leads from a movement to a Fine or to a segno of the one before.
        private static func leads(_ movement: ArraySlice<Marks>, backTo last: ArraySlice<Marks>) -> Bool {
            guard !last.contains(where: { $0.jump != nil }) else { return false }
            let jumps = movement.compactMap(\.jump)
            if jumps.contains(where: { $0.goal != .coda }), !movement.contains(where: \.isFine),
                last.contains(where: \.isFine)
            {
                return true
            }
            return jumps.contains { $0.segno != nil } && !movement.contains { $0.segno != nil }
                && last.contains { $0.segno != nil }
        }

        /// Words stand where there is room. Those of a jump in the last measure but one of a movement are meant for the
        /// last one, unless it is a coda.
        private static func placingJumps(_ marks: [Marks], _ movements: [Range<Int>]) -> [Marks] {
            var marks = marks
            for movement in movements where movement.count > 2 {
                let (place, last) = (movement.upperBound - 2, movement.upperBound - 1)
                guard let jump = marks[place].jump, jump.isFromWords, jump.goal != .coda, marks[last].jump == nil,
                    marks[place].closesRepeat == nil, !marks[last].opensRepeat, marks[last].coda == nil
                else { continue }
                marks[last].jump = jump
                marks[place].jump = nil
            }
            return marks
        }

        /// Whether the measures are played once each in printed order.
        public var isStraight: Bool {
            sections.isEmpty && orders == Orders() && marks.allSatisfy { $0.jump == nil }
        }
    }
}

extension Score.Structure {
    /// Orders of play listed by the score itself, as indices of printed measures; they override its signs.
    public struct Orders: Sendable, Equatable {
        public var written: [Int]?
        public var withoutRepeats: [Int]?

        public init(written: [Int]? = nil, withoutRepeats: [Int]? = nil) {
            self.written = written
            self.withoutRepeats = withoutRepeats
        }
    }

    /// The marks of one measure.
    public struct Marks: Sendable, Equatable {
        /// Whether it is the first measure of a movement.
        public var beginsMovement = false
        /// Whether it starts with a repeat sign |:.
        public var opensRepeat = false
        /// If it ends with a repeat sign :|, how often the section is played in total.
        public var closesRepeat: Int?
        /// Whether that section is repeated after a D.C. or D.S., too.
        public var repeatsAfterJump = false
        /// Whether a trio begins here.
        public var beginsTrio = false
        /// The 1-based passes of an ending bracket that begins here.
        public var endingBegins: [Int]?
        /// Whether an ending bracket ends with this measure.
        public var endingEnds = false
        /// The name of a segno at its start.
        public var segno: String?
        /// The name of a coda that begins here.
        public var coda: String?
        /// The name of the coda of a "To coda" at its end.
        public var toCoda: String?
        /// Whether it ends with "Fine".
        public var isFine = false
        /// A D.C. or D.S. at its end.
        public var jump: Jump?

        public init() {}
    }

    /// Da capo or dal segno.
    public struct Jump: Sendable, Equatable {
        /// The target: nil for the start of the movement (da capo), else the name of a segno.
        public var segno: String?
        public var goal: Goal
        /// Whether only words say so, which are less exact about the place than a sound element.
        public var isFromWords: Bool

        public init(segno: String? = nil, goal: Goal = .unspecified, isFromWords: Bool = false) {
            self.segno = segno
            self.goal = goal
            self.isFromWords = isFromWords
        }
    }

    /// Where playing ends after a jump.
    public enum Goal: String, Sendable {
        /// At the Fine or "To coda", whichever comes first, else at the end.
        case unspecified
        case fine
        case coda
    }

    /// A repeated section.
    public struct Section: Sendable, Equatable {
        /// Indices of its printed measures, including endings.
        public var measures: Range<Int>
        /// How often it is played as written; at least 1.
        public var plays: Int
        /// Its endings, in order; empty for a plain repeat.
        public var endings: [Ending]
        /// Whether it is repeated after a D.C. or D.S., too.
        public var repeatsAfterJump = false

        /// The measures before the endings.
        public var body: Range<Int> {
            measures.lowerBound..<(endings.first?.measures.lowerBound ?? measures.upperBound)
        }
    }

    /// An ending bracket over measures that belong to certain passes.
    public struct Ending: Sendable, Equatable {
        /// 1-based.
        public var passes: [Int]
        /// Indices of printed measures.
        public var measures: Range<Int>
    }
}
