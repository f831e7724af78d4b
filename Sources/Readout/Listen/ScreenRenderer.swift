import Basics
import Music
import Terminal
import Wire

/// Lays out the live readout: turns the state and the time into a grid of cells. Pure.
///
/// From top to bottom: program, model, source and its state; the sounding notes in large letters or, in their place,
/// the reason why there is no audio; the piano roll; the score panel, if a score is loaded; the level; delay and epoch.
public struct ScreenRenderer: Sendable {
    /// How long a notice is shown, in seconds.
    static let noticeTime = 6.0

    public let traits: TerminalTraits
    /// Shown if the daemon is unreachable.
    public let socketPath: String

    public init(traits: TerminalTraits, socketPath: String) {
        self.traits = traits
        self.socketPath = socketPath
    }

    public func grid(_ state: ReadoutState, size: TerminalSize, now: Double) -> CellGrid {
        var grid = CellGrid(size: size)
        drawHeader(state, on: &grid)
        drawFooter(state, now: now, on: &grid)
        // Header, gap, meter and footer take four rows.
        let panel = ScorePanel(traits: traits, rows: ScorePanel.rows(state, screenRows: grid.rows))
        panel.draw(state, now: now, on: &grid, row: grid.rows - 2 - panel.rows)
        let available = grid.rows - 4 - panel.rows
        guard available >= 1 else { return grid }
        let large = available < 8 ? available : max(available * 2 / 5, 4)
        let banner = NoteBanner(isUTF8: traits.isUTF8, columns: grid.columns - 4, rows: large)
        if let problem = problem(state, now: now) {
            drawProblem(problem, on: &grid, row: 1, rows: large)
        } else {
            banner.draw(state.notes, now: now, on: &grid, row: 1, column: 2)
        }
        let roll = PianoRoll(traits: traits, columns: grid.columns, rows: available - large)
        let missed = state.tally.mistakes.filter(\.isMissed)
        roll.draw(state.notes, missed: missed, now: now, on: &grid, row: 2 + large)
        return grid
    }

    /// When the screen will next change without new input; nil if it will not.
    public func nextChange(_ state: ReadoutState, size: TerminalSize, now: Double) -> Double? {
        if case .lost = state.link { return now.rounded(.down) + 1 }
        var next: [Double] = []
        let perColumn = PianoRoll.secondsPerColumn(columns: size.columns)
        let visible = now - perColumn * Double(size.columns)
        if state.notes.contains(where: { ($0.end ?? now) > visible }) {
            next.append(((now / perColumn).rounded(.down) + 1) * perColumn)
        } else if !state.notes.isEmpty {
            // The roll's range depends on the notes kept, which expire.
            next.append(now + 5)
        }
        if let notice = state.notice, now - notice.time < Self.noticeTime {
            next.append(notice.time + Self.noticeTime)
        }
        if state.score != nil, let change = ScorePanel.nextChange(state.tally, now: now) { next.append(change) }
        return next.min().map { max($0, now + 0.001) }
    }
}

extension ScreenRenderer {
    private func drawHeader(_ state: ReadoutState, on grid: inout CellGrid) {
        let bar = traits.isUTF8 ? " \u{2502} " : " | "
        var column = grid.write(
            state.hello?.server ?? "noted", row: 0, column: 1, foreground: Palette.text, isBold: true)
        let chip = sourceChip(state)
        let limit = grid.columns - chip.text.unicodeScalars.count - 3
        let model = state.hello.map { $0.model?.name ?? "no model" }
        for part in [model, state.source?.source ?? state.hello?.source] {
            guard let part, column + bar.count < limit else { continue }
            column = grid.write(bar, row: 0, column: column, foreground: Palette.faint)
            column = grid.write(part, row: 0, column: column, foreground: Palette.text, limit: limit - column)
        }
        grid.write(
            chip.text, row: 0, column: max(grid.columns - chip.text.unicodeScalars.count - 1, column + 1),
            foreground: chip.colour, isBold: true)
    }

    private func sourceChip(_ state: ReadoutState) -> (text: String, colour: Colour) {
        let dot = traits.isUTF8 ? "\u{25CF} " : "* "
        if case .lost = state.link { return (dot + "no connection", Palette.alarm) }
        return switch state.source?.state {
        case .running: (dot + "running", Palette.good)
        case .waiting: (dot + "waiting", Palette.warning)
        case .stalled: (dot + "stalled", Palette.warning)
        case .failed: (dot + "failed", Palette.alarm)
        case nil: ("", Palette.faint)
        }
    }

    private func drawFooter(_ state: ReadoutState, now: Double, on grid: inout CellGrid) {
        let (meterRow, infoRow) = (grid.rows - 2, grid.rows - 1)
        guard meterRow > 1 else { return }
        var column = grid.write("level ", row: meterRow, column: 1, foreground: Palette.faint)
        let width = min(grid.columns - column - 26, 60)
        let meter = LevelMeter(traits: traits, width: width)
        meter.draw(state.level, heldPeak: state.heldPeak?.value, on: &grid, row: meterRow, column: column)
        column += max(width, 0) + 1
        if let level = state.level {
            let isClipping = (state.heldPeak?.value ?? -1) > -0.1
            let text = Numeral.decimal(level.rms, places: 0).alignedRight(4) + " dB, peak"
            column = grid.write(text, row: meterRow, column: column, foreground: Palette.text)
            let peak = Numeral.decimal(state.heldPeak?.value ?? level.peak, places: 0).alignedRight(4)
            grid.write(
                peak + (isClipping ? " CLIP" : " dB"), row: meterRow, column: column,
                foreground: isClipping ? Palette.alarm : Palette.text, isBold: isClipping)
        }
        let keys = "q: quit"
        let hasNotice = state.notice.map { now - $0.time < Self.noticeTime } ?? false
        grid.write(
            hasNotice ? state.notice?.text ?? "" : information(state), row: infoRow, column: 1,
            foreground: hasNotice ? Palette.warning : Palette.text, isBold: hasNotice,
            limit: grid.columns - keys.count - 3)
        if grid.columns >= 40 {
            grid.write(keys, row: infoRow, column: grid.columns - keys.count - 1, foreground: Palette.faint)
        }
    }

    private func information(_ state: ReadoutState) -> String {
        var parts: [String] = []
        if let delay = state.delay {
            var text = "delay \(Numeral.decimal(delay, places: 0)) ms"
            if let model = state.hello?.model {
                text += " (model \(Numeral.decimal(model.lookaheadMilliseconds, places: 0)))"
            }
            parts.append(text)
        } else if let model = state.hello?.model {
            parts.append("model lookahead \(Numeral.decimal(model.lookaheadMilliseconds, places: 0)) ms")
        }
        if state.hello != nil { parts.append("epoch \(state.epoch)") }
        return parts.joined(separator: traits.isUTF8 ? " \u{B7} " : ", ")
    }
}

extension ScreenRenderer {
    /// A problem with the connection or the source.
    private struct Problem {
        var title: String
        var lines: [String]
        var colour: Colour
    }

    private func problem(_ state: ReadoutState, now: Double) -> Problem? {
        if case .lost(let reason, let since) = state.link {
            let seconds = Numeral.decimal(max(now - since, 0).rounded(.down), places: 0)
            return Problem(
                title: "NO CONNECTION TO noted", lines: [reason, "reconnecting to \(socketPath) for \(seconds) s"],
                colour: Palette.alarm)
        }
        guard let source = state.source, source.state != .running else { return nil }
        let title =
            switch source.state {
            case .waiting: "WAITING FOR AUDIO"
            case .stalled: "NO AUDIO ARRIVING"
            default: "AUDIO SOURCE FAILED"
            }
        return Problem(
            title: title, lines: [source.source, source.detail].filter { !$0.isEmpty },
            colour: source.state == .failed ? Palette.alarm : Palette.warning)
    }

    private func drawProblem(_ problem: Problem, on grid: inout CellGrid, row: Int, rows: Int) {
        let lines = rows >= 5 ? ["", problem.title] + problem.lines + [""] : [problem.title] + problem.lines
        let first = row + max((rows - lines.count) / 2, 0)
        for (offset, line) in lines.prefix(rows).enumerated() {
            let isTitle = line == problem.title
            // Spacing the letters emphasises the title without a larger font.
            let spaced =
                isTitle && line.count * 2 < grid.columns - 4 ? line.map(String.init).joined(separator: " ") : line
            let text = String(spaced.prefix(max(grid.columns - 4, 0)))
            grid.fill(
                row: first + offset, columns: 1..<max(grid.columns - 1, 1), with: Cell(" ", background: problem.colour))
            grid.write(
                text, row: first + offset, column: max((grid.columns - text.count) / 2, 2),
                foreground: traits.colours == .none ? nil : Palette.ink, background: problem.colour, isBold: isTitle)
        }
    }
}
