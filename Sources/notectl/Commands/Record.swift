import ArgumentParser
import Glibc
import Music
import Readout
import Terminal

struct Record: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Record the notes to a MIDI file, until Ctrl-C.",
        discussion: """
            The file is written at the end, whole or not at all, and starts with the first note. When the daemon goes \
            away meanwhile, recording goes on once it is back.
            """)

    @OptionGroup var connection: ConnectionOptions

    @Argument(help: ArgumentHelp("The MIDI file to write.", valueName: "out.mid"))
    var output: String

    func run() throws {
        try requireWritable(output)
        let recorder = try orExit {
            let session = try RecordingSession(link: DaemonLink(path: connection.path, topics: []))
            if isatty(STDERR_FILENO) == 1 { say("recording to \(output); Ctrl-C ends it") }
            return try session.run()
        }
        do {
            try MIDIFile(notes: recorder.notes.sorted { $0.start < $1.start }, name: "noted").write(to: output)
        } catch {
            throw failure(error.description, .ioError)
        }
        let count = recorder.notes.count
        say("recorded \(count) \(count == 1 ? "note" : "notes") in \(Int(recorder.duration.rounded())) s to \(output)")
    }
}
