import ArgumentParser
import Glibc
import Readout
import Wire

extension Command.ScoreOptions.Method: ExpressibleByArgument {}
extension Command.ScoreOptions.Repeats: ExpressibleByArgument {}

struct Load: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Load a score to follow, replacing the current one.",
        discussion: """
            The score is a MIDI, MusicXML (.musicxml, .xml, .mxl) or **kern file. The daemon reads the file itself; if \
            it has no access to the file, notectl sends the content. Following starts at the beginning of the score \
            with the first note played; 'notectl goto' selects another position.

            Repeats and jumps are played as written. --repeats sets how to resolve passages that sound alike: \
            score-order assumes the order of play unless the notes contradict it; nearest assumes the place closest \
            to the last known position; evidence stays undecided until the notes tell the places apart.

            EXAMPLES:
              notectl load quartet.musicxml
              notectl load --method arzt prelude.mid     follow by online time warping
            """)

    @OptionGroup var connection: ConnectionOptions

    @Option(
        help: ArgumentHelp("Following method: standard, dixon or arzt. Default: as configured.", valueName: "method"))
    var method: Command.ScoreOptions.Method?

    @Option(
        help: ArgumentHelp(
            "Policy for passages that sound alike: score-order, nearest or evidence. Default: as configured.",
            valueName: "policy"))
    var repeats: Command.ScoreOptions.Repeats?

    @Argument(help: ArgumentHelp("The score file.", valueName: "score"))
    var score: String

    /// Seconds to wait for the daemon to prepare a long score.
    private static let preparationTimeout = 180.0

    func run() throws {
        let path = absolutePath(score)
        let bytes = try contents(of: path)
        let options = Command.ScoreOptions(method: method, repeats: repeats)
        let answer = try exitOnError {
            let daemon = try DaemonConnection(path: connection.path)
            do {
                return try daemon.request(.scoreLoad(.path(path), options), timeout: Self.preparationTimeout)
            } catch ConnectionError.refused(let error) where error.knownCode == .scoreNotLoaded && fits(bytes) {
                let name = path.split(separator: "/").last.map(String.init) ?? path
                return try daemon.request(
                    .scoreLoad(.data(name: name, bytes: bytes), options), timeout: Self.preparationTimeout)
            }
        }
        guard let loaded = try? answer.decoded(as: ScoreDescription.self) else {
            return try printLine("loaded \(score)")
        }
        for warning in loaded.warnings { printMessage("\(loaded.name): \(warning)") }
        try printLine(ScoreSummary(loaded).text)
    }

    /// Whether the base64 of the file (4 bytes for 3) fits in one protocol line with the rest of the request. Larger
    /// files can be loaded by path only.
    private func fits(_ bytes: [UInt8]) -> Bool { bytes.count <= LineAssembler.defaultLimit / 4 * 3 - 4096 }
}

struct Unload: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Stop following and unload the score.")

    @OptionGroup var connection: ConnectionOptions

    func run() throws {
        try connection.perform(.scoreUnload, done: "unloaded; no score is followed")
    }
}

struct Goto: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Set the position in the score.",
        discussion: """
            EXAMPLES:
              notectl goto --measure 12              the first time measure 12 is played
              notectl goto --measure 12 --pass 2     the second time measure 12 is played
              notectl goto --label B                 rehearsal mark B
              notectl goto --beat 0                  the beginning
            """)

    @OptionGroup var connection: ConnectionOptions

    @Option(help: ArgumentHelp("Quarter notes from the start, along the order of play.", valueName: "beat"))
    var beat: Double?

    @Option(help: ArgumentHelp("A printed measure number, such as 12 or 12a.", valueName: "number"))
    var measure: String?

    @Option(
        help: ArgumentHelp("A rehearsal mark; 'notectl load' and 'notectl status --json' list them.", valueName: "mark")
    )
    var label: String?

    @Option(help: ArgumentHelp("With --measure: which time it is played, from 1.", valueName: "count"))
    var pass: Int?

    func validate() throws {
        guard [beat != nil, measure != nil, label != nil].count(where: { $0 }) == 1 else {
            throw ValidationError("Give exactly one of --beat, --measure and --label.")
        }
        if let beat, !beat.isFinite { throw ValidationError("--beat must be a number.") }
        guard let pass else { return }
        if measure == nil { throw ValidationError("--pass needs --measure.") }
        if pass < 1 { throw ValidationError("--pass must be 1 or more.") }
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
    static let configuration = CommandConfiguration(abstract: "Pause the follower: hold its position in the score.")

    @OptionGroup var connection: ConnectionOptions

    func run() throws {
        try connection.perform(.followPause, done: "holding the position; run 'notectl resume' to continue")
    }
}

struct Resume: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Resume following the score after a pause.")

    @OptionGroup var connection: ConnectionOptions

    func run() throws {
        try connection.perform(.followResume, done: "following")
    }
}
