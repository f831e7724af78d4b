/// Collects the measures of a **kern file from its barlines.
struct KernMeasures {
    /// Index of the current measure.
    private(set) var current = 0
    /// The beat at which the current measure starts.
    private(set) var start = 0.0
    private(set) var printed: [Score.Measure] = []
    private(set) var marks: [Score.Structure.Marks] = []
    private(set) var tempi: [SheetTempo] = []

    private var number = ""
    private var signature = Score.TimeSignature(4, 4)
    private var opening = Score.Structure.Marks()
    private var sections: [(name: String, measure: Int)] = []
    /// The index in `sections` of each name.
    private var places: [String: Int] = [:]
    private var lists: [String: [String]] = [:]

    /// The beat at which the current measure ends according to its time signature.
    var nominalEnd: Double { start + signature.length }

    mutating func setSignature(_ signature: Score.TimeSignature) {
        self.signature = signature
    }

    mutating func setTempo(_ rate: Double, at time: Double, _ warnings: inout Warnings) {
        guard rate > 0, rate.isFinite else {
            warnings.add("a tempo of 0 was ignored")
            return
        }
        tempi.append(SheetTempo(measure: current, offset: max(0, time - start), secondsPerBeat: 60 / rate))
    }

    /// Handles a label: "A" names the section that starts here; "[A,A,B]" and "norep[A,B]" list sections in order of
    /// play.
    ///
    /// - Parameter lastOnset: the beat of the line before.
    mutating func label(_ text: Substring, at time: Double, lastOnset: Double) {
        if let bracket = text.firstIndex(of: "[") {
            let names = text[text.index(after: bracket)...].prefix { $0 != "]" }
            let list = names.split(separator: ",").map { $0.trimmingSpace() }
            // The first of several lists with a name applies, as in humlib's "thru".
            let name = String(text[..<bracket])
            if lists.count < 16, lists[name] == nil { lists[name] = list }
            return
        }
        let name = String(text)
        guard places[name] == nil else { return }
        // A section that starts within a measure splits it.
        if time - start > 1e-6 { close(at: time, lastOnset: lastOnset) }
        places[name] = sections.count
        sections.append((name, current))
    }

    mutating func bar(_ token: Substring, at time: Double, lastOnset: Double) {
        let signs = token.drop { $0 == "=" }.drop { $0.isNumber || $0.isLetter }
        let next = String(token.drop { $0 == "=" }.prefix { $0.isNumber || $0.isLetter })
        if signs.contains(":|") || signs.contains(":!") {
            if time - start > 1e-6 {
                opening.closesRepeat = 2
            } else if !marks.isEmpty {
                marks[marks.count - 1].closesRepeat = 2
            }
        }
        if time - start > 1e-6 { close(at: time, lastOnset: lastOnset) }
        if !next.isEmpty { number = next }
        if signs.contains("|:") || signs.contains("!:") { opening.opensRepeat = true }
    }

    mutating func finish(at time: Double, lastOnset: Double) {
        if time - start > 1e-6 { close(at: time, lastOnset: lastOnset) }
    }

    private mutating func close(at time: Double, lastOnset: Double) {
        // Durations that are no fractions, such as those of some tuplets, do not add up exactly. A short note that
        // begins where the measure should end is more than such a difference.
        let isFull = abs(time - start - signature.length) < 0.02 && lastOnset - start < signature.length - 1e-6
        let label = sections.last.flatMap { $0.measure == current ? $0.name : nil }
        printed.append(
            .init(
                number: number.isEmpty ? "\(printed.isEmpty ? 0 : printed.count)" : number,
                length: isFull ? signature.length : time - start, timeSignature: signature, label: label))
        marks.append(opening)
        opening = .init()
        number = ""
        start += printed[current].length
        current += 1
    }

    /// The listed orders of play, converted to measures: the full one and the one without repeats.
    func orders(_ warnings: inout Warnings) -> Score.Structure.Orders {
        func measures(_ list: [String]?) -> [Int]? {
            guard let list, !sections.isEmpty else { return nil }
            var order: [Int] = []
            for name in list {
                guard let place = places[name] else {
                    warnings.add("its order of play names the unknown section '\(name.prefix(20))', which was skipped")
                    continue
                }
                let next = place + 1 < sections.count ? sections[place + 1].measure : printed.count
                let first = min(sections[place].measure, next)
                order += (place == 0 ? 0 : first)..<max(first, next)
                if order.count > PlayOrder.limit { return nil }
            }
            return order.isEmpty ? nil : order
        }
        return .init(written: measures(lists[""]), withoutRepeats: measures(lists["norep"]))
    }
}
