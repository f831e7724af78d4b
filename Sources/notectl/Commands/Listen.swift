import ArgumentParser
import Glibc
import Readout
import Terminal
import Wire

struct Listen: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show the notes being played and, with a score, the players' position.",
        discussion: """
            On a terminal, listen shows the sounding notes in large letters, a scrolling piano roll, the input level \
            and the delay. With a score it also shows measure, beat, tempo, a progress line through the score, and the \
            number of expected, wrong and missed notes. On the roll, wrong notes start in red; missed notes are short \
            red strokes. Press q or Ctrl-C to quit. Colours follow NO_COLOR and TERM; outside a UTF-8 locale, listen \
            uses plain ASCII.

            With --plain, or if standard output is not a terminal, listen prints one line per event, without buffering:
              21:03:11.482 on  A4   note=69 velocity=80 confidence=0.98 delay_ms=196
              21:03:11.982 off A4   note=69 duration_s=0.500
            The time is when the sound was in the air. Other lines have missed, score, position, follow, jump, hello, \
            resync, source, discontinuity, overload or bye in place of on and off, followed by key=value pairs. With a \
            score, 'on' lines end with expected=yes or expected=no: whether the score has the note at that position.

            If the daemon stops, listen reports it and waits for the daemon to return.
            """)

    @OptionGroup var connection: ConnectionOptions

    @Flag(name: .long, help: "Print the daemon's JSON-RPC notifications unchanged.")
    var json = false

    @Flag(name: .long, help: "Print plain lines even on a terminal.")
    var plain = false

    @Flag(name: .long, help: "Exit when the daemon stops instead of waiting for it.")
    var once = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Maximum number of positions per second; 0 for one per hop (86). Default: 0 with --json, 2 with plain "
                + "lines.", valueName: "per second"))
    var rate: Double?

    @Option(
        name: .long, parsing: .upToNextOption,
        help: ArgumentHelp(
            "With --json: additional topics (level, activations).", valueName: "topics"))
    var topics: [Topic] = []

    func validate() throws {
        if json && plain { throw ValidationError("--json and --plain exclude each other: choose one.") }
        if let rate, !(0...1000).contains(rate) { throw ValidationError("--rate must be from 0 to 1000.") }
    }

    func run() throws {
        let path = connection.path
        let traits = TerminalTraits(descriptor: STDOUT_FILENO)
        let isLive = !json && !plain && traits.isTerminal && isatty(STDIN_FILENO) == 1
        try exitOnError {
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
