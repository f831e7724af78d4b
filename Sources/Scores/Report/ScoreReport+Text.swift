import Music

extension ScoreReport {
    /// The report as plain text, without a final line feed.
    ///
    /// - Parameter following: sentences about following the score, shown under that heading.
    public func text(following: [String] = []) -> String {
        var lines: [String] = []
        func row(_ label: String, _ value: String) {
            lines.append(label + String(repeating: " ", count: max(1, 16 - label.count)) + value)
        }
        if let title { row("Title", title) }
        if let composer { row("Composer", composer) }
        for (index, part) in parts.prefix(Self.partLimit).enumerated() {
            row(index == 0 ? "Parts" : "", Self.line(part))
        }
        if parts.count > Self.partLimit { row("", "and \(parts.count - Self.partLimit) more") }
        row(
            "Measures",
            "\(measures) printed, " + (movements > 1 ? "\(movements) movements, " : "")
                + "in \(timeSignatures.prefix(8).joined(separator: ", "))")
        for (index, section) in sections.prefix(Self.partLimit).enumerated() {
            row(index == 0 ? "Repeats" : "", Self.line(section))
        }
        row("Order of play", order.joined(separator: "  ") + " (\(passages) measures)")
        row("Length", "\(Self.rounded(beats)) beats, \(Self.clock(seconds)) at the notated tempo")
        row("Tempo", tempoText)
        row("Notes", "\(noteCount)" + (graceCount > 0 ? ", including \(graceCount) grace notes" : ""))
        for (index, sentence) in following.enumerated() { row(index == 0 ? "Following" : "", sentence) }
        for (index, warning) in warnings.enumerated() { row(index == 0 ? "Warnings" : "", warning) }
        if let notes {
            lines.append("")
            lines.append("measure,pass,beat,onset,duration,note,name,part,value")
            lines += notes.map(Self.line)
        }
        return lines.joined(separator: "\n")
    }

    private static let partLimit = 40

    private var tempoText: String {
        let shown = tempo.map { Self.rounded($0) }
        return shown[1] == shown[2]
            ? "\(shown[0]) quarter notes per minute"
            : "\(shown[0]) quarter notes per minute initially, \(shown[1]) to \(shown[2]) overall"
    }

    private static func line(_ part: Part) -> String {
        guard let lowest = part.lowest, let highest = part.highest else { return "\(part.name): no notes" }
        if part.isPercussion { return "\(part.name): \(part.notes) strokes, percussion" }
        return "\(part.name): \(part.notes) notes, \(Pitch.name(lowest)) to \(Pitch.name(highest)), played as "
            + GeneralMIDI.name(ofProgram: part.program)
    }

    private static func line(_ section: Section) -> String {
        let range = section.first == section.last ? section.first : "\(section.first)-\(section.last)"
        let endings = section.endings.map { $0.map(String.init).joined(separator: "+") }.joined(separator: ", ")
        return "\(range), \(section.plays) times" + (endings.isEmpty ? "" : ", endings \(endings)")
    }

    private static func line(_ note: Note) -> String {
        [
            note.measure, "\(note.pass)", rounded(note.beat), rounded(note.onset), rounded(note.duration),
            "\(note.pitch)",
            Pitch.name(note.pitch), "\(note.part + 1)", note.value ?? (note.isGrace ? "Grace" : "Unknown"),
        ].joined(separator: ",")
    }

    private static func clock(_ seconds: Double) -> String {
        let whole = Int(min(max(seconds, 0), 1e9).rounded())
        let rest = whole % 60
        return "\(whole / 60):\(rest < 10 ? "0" : "")\(rest)"
    }

    /// At most four decimals, without trailing zeros.
    private static func rounded(_ value: Double) -> String {
        let thousandths = (min(max(value, -1e12), 1e12) * 1e4).rounded() / 1e4
        return thousandths == thousandths.rounded() ? "\(Int(thousandths))" : "\(thousandths)"
    }
}
