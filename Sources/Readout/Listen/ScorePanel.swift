import Basics
import Music
import Terminal
import Wire

/// The position in the score: measure, beat and tempo; a progress line through the score; wrong and missed notes.
///
///      PRELUDE IN C   measure 12  beat 3   ♩ = 66   ● following 97%
///      1 ━━━━━━━━━━━━━━━━━━━━━●──────────────────────────────── 35
///      correct 143   wrong 2   missed 1: E4 (m. 11)
struct ScorePanel {
    /// How long a mistake is shown by name, in seconds.
    static let mistakeTime = 8.0

    let traits: TerminalTraits
    /// 1...3; with fewer than 3, the last lines are omitted.
    let rows: Int

    /// The panel's height for a screen of a given height; 0 without a score.
    static func rows(_ state: ReadoutState, screenRows: Int) -> Int {
        guard state.score != nil, case .connected = state.link else { return 0 }
        return screenRows < 12 ? 1 : screenRows < 16 ? 2 : 3
    }

    func draw(_ state: ReadoutState, now: Double, on grid: inout CellGrid, row: Int) {
        guard let score = state.score, rows > 0 else { return }
        drawPlace(score, state, on: &grid, row: row)
        if rows > 1 { drawProgress(score, state, on: &grid, row: row + 1) }
        if rows > 2 { drawTally(state.tally, now: now, on: &grid, row: row + 2) }
    }

    private func drawPlace(_ score: ScoreDescription, _ state: ReadoutState, on grid: inout CellGrid, row: Int) {
        let chip = chip(state)
        let chipColumn = max(grid.columns - chip.text.unicodeScalars.count - 1, 1)
        var column = 1
        if let position = state.position {
            let pass = position.pass > 1 ? " (\(position.pass))" : ""
            column = grid.write(
                "measure \(position.measure)\(pass)", row: row, column: column, foreground: colour(state), isBold: true)
            column = grid.write(
                "  beat \(Numeral.decimal(position.count.rounded(.down), places: 0))", row: row, column: column,
                foreground: colour(state), isBold: true)
            column = grid.write("   \(tempo(position))", row: row, column: column, foreground: Palette.text)
        }
        let title = score.title ?? score.name
        let limit = chipColumn - column - 5
        if limit > 5 {
            grid.write("   " + title, row: row, column: column, foreground: Palette.faint, limit: limit + 3)
        }
        grid.write(chip.text, row: row, column: chipColumn, foreground: chip.colour, isBold: true)
    }

    private func drawProgress(_ score: ScoreDescription, _ state: ReadoutState, on grid: inout CellGrid, row: Int) {
        let (first, last) = (String(score.firstMeasure.prefix(6)), String(score.lastMeasure.prefix(6)))
        let start = grid.write(first + " ", row: row, column: 1, foreground: Palette.faint)
        let width = grid.columns - start - last.unicodeScalars.count - 2
        guard width >= 4 else { return }
        let share = score.beats > 0 ? (state.position?.beat ?? 0) / score.beats : 0
        let mark = Int((share > 0 ? min(share, 1) : 0) * Double(width - 1))
        let (done, here, left): (Unicode.Scalar, Unicode.Scalar, Unicode.Scalar) =
            traits.isUTF8 ? ("\u{2501}", "\u{25CF}", "\u{2500}") : ("=", "O", "-")
        for x in 0..<width {
            grid[row, start + x] =
                x == mark
                ? Cell(here, foreground: colour(state), isBold: true)
                : Cell(x < mark ? done : left, foreground: x < mark ? colour(state) : Palette.ended)
        }
        grid.write(" " + last, row: row, column: start + width, foreground: Palette.faint)
    }

    private func drawTally(_ tally: ScoreTally, now: Double, on grid: inout CellGrid, row: Int) {
        var column = grid.write("correct \(tally.expected)", row: row, column: 1, foreground: Palette.text)
        for (word, count, isMissed) in [("wrong", tally.wrong, false), ("missed", tally.missed, true)] {
            let recent = tally.mistakes.filter { $0.isMissed == isMissed && now - $0.time < Self.mistakeTime }
            column = grid.write(
                "   \(word) \(count)", row: row, column: column,
                foreground: recent.isEmpty ? Palette.text : Palette.alarm, isBold: !recent.isEmpty)
            guard !recent.isEmpty else { continue }
            let names = recent.suffix(4).map { mistake in
                Pitch.name(mistake.note) + (mistake.measure.map { " (m. \($0))" } ?? "")
            }
            column = grid.write(
                ": " + names.joined(separator: ", "), row: row, column: column, foreground: Palette.alarm,
                limit: grid.columns - column - 1)
        }
    }

    /// When the next named mistake expires; nil if none is shown.
    static func nextChange(_ tally: ScoreTally, now: Double) -> Double? {
        tally.mistakes.lazy.map { $0.time + mistakeTime }.first { $0 > now }
    }

    private func chip(_ state: ReadoutState) -> (text: String, colour: Colour) {
        let dot = traits.isUTF8 ? "\u{25CF} " : "* "
        guard let follow = state.follow else { return ("", Palette.faint) }
        let confidence = state.position?.confidence ?? follow.confidence
        let percent = Numeral.decimal(confidence * 100, places: 0) + "%"
        return switch follow.state {
        case .waiting: (dot + "waiting for the first note", Palette.warning)
        case .following: (dot + "following " + percent, Palette.good)
        case .holding: (dot + "holding", Palette.warning)
        case .lost: (dot + "lost", Palette.alarm)
        case .ended: (dot + "at the end", Palette.faint)
        }
    }

    private func colour(_ state: ReadoutState) -> Colour {
        switch state.follow?.state {
        case .following, .ended: Palette.text
        case .lost: Palette.ended
        default: Palette.faint
        }
    }

    /// The tempo in musical notation.
    private func tempo(_ position: Position) -> String {
        let tempo = Numeral.decimal(position.countTempo, places: 0)
        guard traits.isUTF8 else { return "\(tempo) bpm" }
        return switch position.beatUnit {
        case 0.5: "\u{266A} = \(tempo)"
        case 1: "\u{2669} = \(tempo)"
        case 1.5: "\u{2669}. = \(tempo)"
        default: "\(tempo) bpm"
        }
    }
}
