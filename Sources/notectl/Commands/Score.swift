import ArgumentParser
import Readout
import Wire

struct Load: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Load a score to follow.",
        discussion: "The score is sent to the daemon, which need not be able to read the file itself.")

    @OptionGroup var connection: ConnectionOptions

    @Argument(help: ArgumentHelp("A MIDI or MusicXML file.", valueName: "score"))
    var score: String

    func run() throws {
        let path = absolutePath(score)
        let bytes = try contents(of: path)
        // A line holds 4 bytes of base64 for 3 of the file, and the rest of the request; larger files go by path.
        let fits = bytes.count <= LineAssembler.defaultLimit / 4 * 3 - 4096
        let name = path.split(separator: "/").last.map(String.init) ?? path
        try connection.perform(.scoreLoad(fits ? .data(name: name, bytes: bytes) : .path(path)), done: "loaded \(name)")
    }
}

struct Unload: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Stop following and forget the score.")

    @OptionGroup var connection: ConnectionOptions

    func run() throws {
        try connection.perform(.scoreUnload, done: "no score is loaded now")
    }
}

struct Goto: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Tell the follower where in the score the players are.")

    @OptionGroup var connection: ConnectionOptions

    @Option(help: "Quarter notes from the start of the score.")
    var beat: Double?

    @Option(help: "A measure's number as printed.")
    var measure: Int?

    func validate() throws {
        guard (beat == nil) != (measure == nil) else {
            throw ValidationError("Give one of --beat and --measure.")
        }
        if let beat, !beat.isFinite { throw ValidationError("--beat must be a number.") }
    }

    func run() throws {
        if let measure {
            try connection.perform(.followGoto(.measure(measure)), done: "following from measure \(measure)")
        } else if let beat {
            try connection.perform(.followGoto(.beat(beat)), done: "following from beat \(beat)")
        }
    }
}

struct Pause: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Hold the position in the score.")

    @OptionGroup var connection: ConnectionOptions

    func run() throws {
        try connection.perform(.followPause, done: "holding the position")
    }
}

struct Resume: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Follow the score again after a pause.")

    @OptionGroup var connection: ConnectionOptions

    func run() throws {
        try connection.perform(.followResume, done: "following")
    }
}
