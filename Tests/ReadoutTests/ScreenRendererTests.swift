import Basics
import Readout
import Terminal
import Testing
import Wire

/// Whole screens as the user sees them. After an intended layout change, print `grid.text` and check it before
/// updating.
@Suite struct ScreenRendererTests {
    private let traits = TerminalTraits(isTerminal: true, colours: .direct, isUTF8: true)

    private func render(
        _ messages: [(Double, ServerMessage)], columns: Int = 60, rows: Int = 18, now: Double = 4,
        traits: TerminalTraits? = nil
    ) -> CellGrid {
        var state = ReadoutState(now: 0)
        state.connected(now: 0)
        for (time, message) in messages { state.apply(message, now: time) }
        let renderer = ScreenRenderer(traits: traits ?? self.traits, socketPath: "/run/noted/socket")
        return renderer.grid(state, size: TerminalSize(columns: columns, rows: rows), now: now)
    }

    private let chord: [(Double, ServerMessage)] = [
        (0, Messages.hello()), (0, Messages.source(.running)), (1, Messages.on(57)), (2, Messages.off(57)),
        (3, Messages.on(69)), (3, Messages.on(73)), (3, Messages.on(76)), (4, Messages.level(-30, peak: -6)),
    ]

    private let colourless = TerminalTraits(isTerminal: true, colours: .none, isUTF8: true)

    @Test func rendersAChord() {
        let expected = """
             noted 0.1.0 │ cnn-64 │ pulse:mic                 ● running
              ▄█▀▀█▄        ▄█▀▀█▄  █ █         ██▀▀▀▀
              ██  ██ ▄  ▄   ██     ▀█▀█▀ ▄▄▄▄   ██▄▄▄  ▄▄▄▄
              ██▀▀██ █▄▄█   ██     ▀█▀█▀ █▄▄▄   ██     █▄▄▄
              ██  ██    █   ▀█▄▄█▀  ▀ ▀  ▄▄▄█   ██▄▄▄▄ ▄▄▄█


            C6  ·   ·   ·   ·   ·   ·   ·   ·   ·   ·   ·   ·   ·   ·

                                                          ██████████████
            C5  ·   ·   ·   ·   ·   ·   ·   ·   ·   ·   · ▄▄▄▄▄▄▄▄▄▄▄▄▄▄


            C4  ·   ·   ·   ·   ·   ·  ▄▄▄▄▄·   ·   ·   ·   ·   ·   ·


             level █████████████▌          │    -30 dB, peak  -6 dB
             delay 200 ms (model 186) · epoch 1                 q: quit
            """
        let text = render(chord, traits: colourless).text
        #expect(text == expected)
    }

    @Test func rendersAChordInASCII() {
        let expected = """
             noted 0.1.0 | cnn-64 | pulse:mic                 * running
               ####          ####   # #         ######
              ##  ##        ##  ##  # #         ##
              ##  ##        ##     #####        ##
              ##  ## #  #   ##      # #  ####   #####  ####
              ###### #  #   ##     ##### #      ##     #
              ##  ## ####   ##      # #  ####   ##     ####
              ##  ##    #   ##  ##  # #     #   ##        #
              ##  ##    #    ####        ####   ###### ####


                                                          ==============
                                                          ==============
            C5  .   .   .   .   .   .   .   .   .   .   .   .   .   .
                                                          ==============




            C4  .   .   .   .   .   .   .   .   .   .   .   .   .   .
                                       =====

             level ==============..........|..  -30 dB, peak  -6 dB
             delay 200 ms (model 186), epoch 1                  q: quit
            """
        let plain = TerminalTraits(isTerminal: true, colours: .none, isUTF8: false)
        let text = render(chord, rows: 24, traits: plain).text
        #expect(text == expected)
        #expect(text.utf8.count == text.count)
    }

    @Test func rendersAWaitingSource() {
        let expected = """
             noted 0.1.0 │ cnn-64 │ pulse:mic                 ● waiting
                         W A I T I N G   F O R   A U D I O
                                     pulse:mic
                                   no such source







            C4  ·   ·   ·   ·   ·   ·   ·   ·   ·   ·   ·   ·   ·   ·
             level
             model lookahead 186 ms · epoch 1                   q: quit
            """
        let messages = [(0.0, Messages.hello()), (0.0, Messages.source(.waiting, detail: "no such source"))]
        let text = render(messages, rows: 14, traits: colourless).text
        #expect(text == expected)
    }

    @Test func rendersALostConnection() {
        var state = ReadoutState(now: 0)
        state.connected(now: 0)
        state.disconnected(reason: "noted closed the connection", now: 1)
        let renderer = ScreenRenderer(traits: traits, socketPath: "/run/noted/socket")
        let text = renderer.grid(state, size: TerminalSize(columns: 70, rows: 20), now: 6.5).text
        #expect(text.contains("N O   C O N N E C T I O N"))
        #expect(text.contains("noted closed the connection"))
        #expect(text.contains("reconnecting to /run/noted/socket for 5 s"))
        #expect(renderer.nextChange(state, size: .standard, now: 6.5) == 7)
    }

    @Test func lettersShrinkSoThatAllNotesFit() {
        for count in stride(from: 1, through: 40, by: 3) {
            let notes = (0..<count).map { (3.0, Messages.on(30 + 2 * $0)) }
            let grid = render(notes, columns: 80, rows: 24)
            if count > 20 { #expect(grid.text.contains("F#")) }
            let rows = (1..<9).filter { row in (2..<78).contains { grid[row, $0].foreground != nil } }
            #expect(!rows.isEmpty)
        }
    }

    @Test func anEndedNoteStaysBrieflyInGrey() {
        let messages = [(3.0, Messages.on(60, delay: 0)), (3.5, Messages.off(60, duration: 0.5))]
        func colours(at time: Double) -> Set<Colour> {
            let grid = render(messages, now: time)
            return Set((1..<7).flatMap { row in (0..<60).compactMap { grid[row, $0].foreground } })
        }
        let (sounding, ended, gone) = (colours(at: 3.2), colours(at: 3.6), colours(at: 4))
        #expect(!sounding.isEmpty && !ended.isEmpty && sounding != ended)
        #expect(gone.isEmpty)
    }

    @Test func repaintsOnlyWhileTheScreenChanges() {
        var state = ReadoutState(now: 0)
        state.connected(now: 0)
        let renderer = ScreenRenderer(traits: traits, socketPath: "")
        #expect(renderer.nextChange(state, size: .standard, now: 1) == nil)
        state.apply(Messages.on(60), now: 1)
        let next = renderer.nextChange(state, size: .standard, now: 1) ?? 0
        #expect(next > 1 && next <= 1.11)
        state.apply(Messages.off(60), now: 2)
        #expect(renderer.nextChange(state, size: .standard, now: 50) == 55)
    }

    @Test func externalTextCannotMoveTheCursor() {
        let grid = render([(0, Messages.source(.failed, detail: "\u{1B}[2J\u{7}\n\u{200B}漢e\u{301}"))], columns: 80)
        let harmless = grid.text.unicodeScalars.allSatisfy { $0 == "\n" || ($0.value >= 0x20 && $0.value < 0x2600) }
        #expect(harmless)
    }

    @Test func anySizeAndAnyMessagesRender() {
        var random = SplitMix64(seed: 7)
        for _ in 0..<60 {
            var state = ReadoutState(now: 0)
            state.connected(now: 0)
            if Bool.random(using: &random) { state.apply(Messages.hello(), now: 0) }
            for _ in 0..<Int.random(in: 0...60, using: &random) {
                let now = Double.random(in: -5...20, using: &random)
                let note = Int.random(in: 0...127, using: &random)
                let message: ServerMessage =
                    switch Int.random(in: 0..<6, using: &random) {
                    case 0, 1, 2:
                        Messages.on(
                            note, velocity: Int.random(in: -9...300, using: &random),
                            delay: Double(bitPattern: random.next()))
                    case 3: Messages.off(note, duration: Double(bitPattern: random.next()))
                    case 4: Messages.level(Double(bitPattern: random.next()), peak: Double(bitPattern: random.next()))
                    default: .resync(Resync(epoch: 0, sample: 0, active: [note, 127 - note]))
                    }
                state.apply(message, now: now)
            }
            let size = TerminalSize(
                columns: Int.random(in: 0...150, using: &random), rows: Int.random(in: 0...50, using: &random))
            for (isUTF8, colours) in [(true, TerminalTraits.Colours.direct), (true, .none), (false, .palette256)] {
                let traits = TerminalTraits(isTerminal: true, colours: colours, isUTF8: isUTF8)
                let renderer = ScreenRenderer(traits: traits, socketPath: "/s")
                let grid = renderer.grid(state, size: size, now: Double.random(in: 0...30, using: &random))
                #expect(grid.columns == max(size.columns, 1))
                _ = renderer.nextChange(state, size: size, now: 10)
            }
        }
    }
}
