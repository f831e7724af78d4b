import ArgumentParser
import Glibc
import Readout
import Terminal
import Wire

struct Listen: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show the notes as they sound and, with a score, where the players are.",
        discussion: """
            On a terminal: the notes sounding now in large letters, a scrolling piano roll, the level and the delay. With a \
            score loaded: measure, beat and tempo, a line through the score, and how many notes were right, wrong and \
            missed; on the roll wrong notes begin in red, and missed ones are short red strokes. q or Ctrl-C quits. Colours follow NO_COLOR and TERM; outside a UTF-8 locale plain ASCII is drawn.

            Elsewhere, or with --plain, a line for each event, written at once:
              21:03:11.482 on  A4   note=69 velocity=80 confidence=0.98 delay_ms=196
              21:03:11.982 off A4   note=69 duration_s=0.500
            The time is that of the sound. Other lines begin with missed, score, position, follow, jump, hello, resync, \
            source, discontinuity, overload or bye in place of on and off, and go on in key=value pairs. With a score, \
            'on' lines end with expected=yes or expected=no: whether the score has the note at that moment.

            When the daemon goes away, listen waits for it to come back, and says so.
            """)

    @OptionGroup var connection: ConnectionOptions

    @Flag(name: .long, help: "Pass the daemon's lines (JSON-RPC notifications) through unchanged.")
    var json = false

    @Flag(name: .long, help: "Print plain lines, also on a terminal.")
    var plain = false

    @Flag(name: .long, help: "End when the daemon goes away, instead of waiting for it.")
    var once = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "How many positions a second are wanted at most; 0 for every hop, 86 a second. Without it: all with --json, 2 in "
                + "plain lines.", valueName: "per second"))
    var rate: Double?

    @Option(
        name: .long, parsing: .upToNextOption,
        help: ArgumentHelp(
            "With --json: more to subscribe to (level, activations).", valueName: "topics"))
    var topics: [Topic] = []

    func validate() throws {
        if json && plain { throw ValidationError("Choose one of --json and --plain.") }
        if let rate, !(0...1000).contains(rate) { throw ValidationError("--rate takes a number from 0 to 1000.") }
    }

    func run() throws {
        let path = connection.path
        let traits = TerminalTraits(descriptor: STDOUT_FILENO)
        let isLive = !json && !plain && traits.isTerminal && isatty(STDIN_FILENO) == 1
        try orExit {
            let link = try DaemonLink(
                path: path, topics: isLive ? [.level] : Set(topics),
                positionRate: isLive ? LiveReadout.positionRate : rate ?? (json ? nil : 2))
            if isLive {
                var readout = try LiveReadout(link: link, traits: traits, socketPath: path)
                try readout.run()
            } else {
                try PlainReadout(link: link, form: json ? .json : .text, staysConnected: !once).run()
            }
        }
    }
}

extension Topic: ExpressibleByArgument {}
