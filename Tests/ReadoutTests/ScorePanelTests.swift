import Readout
import Terminal
import Testing
import Wire

/// The screen with a score. After an intended layout change, print `grid.text` and check it before updating.
@Suite struct ScorePanelTests {
    private let colourless = TerminalTraits(isTerminal: true, colours: .none, isUTF8: true)

    private static let playing: [(Double, ServerMessage)] = [
        (0, Messages.hello()), (0, Messages.source(.running)), (0, .score(ScoreState(score: Messages.score))),
        (0, Messages.follow(.following)), (1, Messages.on(60, expected: true)), (2, Messages.on(61, expected: false)),
        (3, Messages.position(beat: 70.5, sample: 44_100)), (3, Messages.missed(64, sample: 22_050)),
        (4, Messages.level(-30, peak: -6)),
    ]

    private func state(_ messages: [(Double, ServerMessage)]) -> ReadoutState {
        var state = ReadoutState(now: 0)
        state.connected(now: 0)
        for (time, message) in messages { state.apply(message, now: time) }
        return state
    }

    private func grid(
        _ messages: [(Double, ServerMessage)], columns: Int = 76, rows: Int = 22, now: Double = 4,
        traits: TerminalTraits? = nil
    ) -> CellGrid {
        ScreenRenderer(traits: traits ?? colourless, socketPath: "/s")
            .grid(state(messages), size: TerminalSize(columns: columns, rows: rows), now: now)
    }

    private func panel(_ messages: [(Double, ServerMessage)], columns: Int = 76, now: Double = 4) -> [String] {
        let lines = grid(messages, columns: columns, now: now).text.split(
            separator: "\n", omittingEmptySubsequences: false)
        return lines.suffix(5).prefix(3).map(String.init)
    }

    @Test func showsPositionProgressAndTally() {
        #expect(
            panel(Self.playing)
                == [
                    " measure 18  beat 3   \u{2669} = 66   Prelude in C                 \u{25CF} following 97%",
                    " 1 " + String(repeating: "\u{2501}", count: 34) + "\u{25CF}"
                        + String(repeating: "\u{2500}", count: 34) + " 35",
                    " correct 1   wrong 1: C#4   missed 1: E4 (m. 11)",
                ].map { $0 })
    }

    @Test func namedMistakesExpire() {
        #expect(panel(Self.playing, now: 30)[2] == " correct 1   wrong 1   missed 1")
    }

    @Test(arguments: [
        (FollowState.State.waiting, "waiting for the first note"), (.holding, "holding"), (.lost, "lost"),
        (.ended, "at the end"),
    ]) func eachStateHasAText(state: FollowState.State, words: String) {
        #expect(panel(Self.playing + [(4, Messages.follow(state))])[0].hasSuffix(words))
    }

    @Test func compoundTimeAndRepeatsAreShown() {
        let line = panel(Self.playing + [(4, Messages.position(beat: 5.5, unit: 1.5, pass: 2))])[0]
        #expect(line.hasPrefix(" measure 2 (2)  beat 2   \u{2669}. = 44"))
    }

    @Test func thePanelNeedsAScore() {
        let unloaded = Self.playing + [(4, .score(ScoreState(score: nil)))]
        #expect(!grid(unloaded).text.contains("measure"))
        var lost = state(Self.playing)
        lost.disconnected(reason: "gone", now: 4)
        let screen = ScreenRenderer(traits: colourless, socketPath: "/s")
            .grid(lost, size: TerminalSize(columns: 76, rows: 22), now: 5)
        #expect(!screen.text.contains("measure"))
        lost.connected(now: 6)
        #expect(lost.score == nil, "after reconnecting, the daemon reports its score")
    }

    @Test func wrongAndMissedNotesAreRedOnTheRoll() {
        let traits = TerminalTraits(isTerminal: true, colours: .direct, isUTF8: true)
        func reds(_ messages: [(Double, ServerMessage)]) -> Int {
            let grid = grid(messages, traits: traits)
            return (9..<17).reduce(0) { sum, row in
                sum
                    + (4..<76).count { column in
                        [grid[row, column].foreground, grid[row, column].background].contains { colour in
                            colour.map { $0.red > 150 && $0.green < 100 && $0.blue < 100 } ?? false
                        }
                    }
            }
        }
        let clean = Self.playing.filter { if case .missed = $0.1 { false } else { true } }
            .filter { if case .noteOn(let on) = $0.1 { on.expected == true } else { true } }
        #expect(reds(clean) == 0)
        #expect(reds(Self.playing) >= 4)
    }

    @Test func anySizeRenders() {
        for columns in stride(from: 0, through: 120, by: 7) {
            for rows in 0...30 {
                for traits in [colourless, TerminalTraits(isTerminal: true, colours: .none, isUTF8: false)] {
                    _ = grid(Self.playing, columns: columns, rows: rows, traits: traits)
                }
            }
        }
        for beat in [Double.nan, .infinity, -.infinity, 1e300, -1e300] {
            let odd = Position(
                epoch: 1, sample: .min, time: 0, beat: beat, measure: .min, beatInMeasure: beat, scoreSeconds: beat,
                tempo: beat, confidence: beat, event: .min, beatUnit: beat, count: beat, pass: .max)
            _ = grid(Self.playing + [(4, .position(odd)), (4, Messages.missed(3, sample: .max))])
        }
    }

    @Test func summaryOfALoadedScore() {
        #expect(
            ScoreSummary(Messages.score).text
                == "loaded prelude.mid, Prelude in C: 35 measures, 140 beats, 2 min 11 s at the notated tempo; "
                + "rehearsal marks A, B; following method 'standard'")
    }
}
