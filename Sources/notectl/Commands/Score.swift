import ArgumentParser
import Glibc
import Readout
import Wire

struct Load: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Load a score to follow, in the place of the one before.",
        discussion: """
            MIDI, MusicXML (.musicxml, .xml, .mxl) or **kern. The daemon reads the file itself; where it cannot, being \
            another user or shut into its sandbox, the file's bytes are sent to it. Following begins at the start of the \
            score, as soon as something is played; 'notectl goto' begins elsewhere.

            Repeats and jumps are played as written. --repeats says what to believe where two places sound the same: \
            score-order, the order of play as long as nothing speaks against it; nearest, the place next to the last one \
            known; evidence, undecided until what is played tells the places apart.

            EXAMPLES:
              notectl load quartet.musicxml
              notectl load --method arzt prelude.mid     follow by on-line time warping, to compare
            """)

    @OptionGroup var connection: ConnectionOptions

    @Option(
        help: ArgumentHelp("How to follow: standard, dixon or arzt. Without it, as configured.", valueName: "method"))
    var method: String?

    @Option(
        help: ArgumentHelp(
            "Where places sound the same: score-order, nearest or evidence. Without it, as configured.",
            valueName: "policy"))
    var repeats: String?

    @Argument(help: ArgumentHelp("The score's file.", valueName: "score"))
    var score: String

    /// Seconds that the preparation of a long score may take.
    private static let patience = 180.0

    func run() throws {
        let path = absolutePath(score)
        let bytes = try contents(of: path)
        let options = Command.ScoreOptions(method: method, repeats: repeats)
        let answer = try orExit {
            let daemon = try DaemonConnection(path: connection.path)
            do {
                return try daemon.request(.scoreLoad(.path(path), options), timeout: Self.patience)
            } catch ConnectionError.refused(let error) where error.knownCode == .scoreNotLoaded && fits(bytes) {
                let name = path.split(separator: "/").last.map(String.init) ?? path
                return try daemon.request(.scoreLoad(.data(name: name, bytes: bytes), options), timeout: Self.patience)
            }
        }
        guard let loaded = try? answer.decoded(as: ScoreDescription.self) else {
            return try printLine("loaded \(score)")
        }
        for warning in loaded.warnings { say("\(loaded.name): \(warning)") }
        try printLine(ScoreSummary(loaded).text)
    }

    /// A line holds 4 bytes of base64 for 3 of the file, and the rest of the request; larger files go by path alone.
    private func fits(_ bytes: [UInt8]) -> Bool { bytes.count <= LineAssembler.defaultLimit / 4 * 3 - 4096 }
}

struct Unload: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Stop following and forget the score.")

    @OptionGroup var connection: ConnectionOptions

    func run() throws {
        try connection.perform(.scoreUnload, done: "no score is followed now")
    }
}

struct Goto: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Tell the follower where in the score the players are, or will begin.",
        discussion: """
            EXAMPLES:
              notectl goto --measure 12              where measure 12 is played for the first time
              notectl goto --measure 12 --pass 2     in its repeat
              notectl goto --label B                 at rehearsal mark B
              notectl goto --beat 0                  at the beginning
            """)

    @OptionGroup var connection: ConnectionOptions

    @Option(help: ArgumentHelp("Quarter notes from the start, along the order of play.", valueName: "beat"))
    var beat: Double?

    @Option(help: ArgumentHelp("A measure's number as printed, such as 12 or 12a.", valueName: "number"))
    var measure: String?

    @Option(help: ArgumentHelp("A rehearsal mark; 'notectl load' and 'status --json' list them.", valueName: "mark"))
    var label: String?

    @Option(help: ArgumentHelp("With --measure: which of its playings, from 1.", valueName: "count"))
    var pass: Int?

    func validate() throws {
        guard [beat != nil, measure != nil, label != nil].count(where: { $0 }) == 1 else {
            throw ValidationError("Give one of --beat, --measure and --label.")
        }
        if let beat, !beat.isFinite { throw ValidationError("--beat must be a number.") }
        guard let pass else { return }
        if measure == nil { throw ValidationError("--pass goes with --measure.") }
        if pass < 1 { throw ValidationError("--pass counts from 1.") }
    }

    func run() throws {
        let answer = try connection.request(.followGoto(place))
        guard let position = try? answer.decoded(as: ScorePosition.self) else { return try printLine("done") }
        try printLine("following from measure \(position.measure), beat \(position.beat) of the score")
    }

    private var place: Command.ScorePlace {
        if let label { return .label(label) }
        if let measure { return .measure(measure, pass: pass) }
        return .beat(beat ?? 0)
    }
}

struct Pause: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Hold the position in the score, whatever is played.")

    @OptionGroup var connection: ConnectionOptions

    func run() throws {
        try connection.perform(.followPause, done: "holding the position; 'notectl resume' follows again")
    }
}

struct Resume: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Follow the score again after a pause.")

    @OptionGroup var connection: ConnectionOptions

    func run() throws {
        try connection.perform(.followResume, done: "following again")
    }
}
