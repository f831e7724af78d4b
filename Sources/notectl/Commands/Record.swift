import ArgumentParser
import Glibc
import Music
import Readout
import Terminal

struct Record: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Record notes to a MIDI file until Ctrl-C.",
        discussion: """
            The recording starts with the first note. The file is written atomically when recording ends. If the \
            daemon stops meanwhile, recording continues when it returns.
            """)

    @OptionGroup var connection: ConnectionOptions

    @Argument(help: ArgumentHelp("The MIDI file to write.", valueName: "out.mid"))
    var output: String

    func run() throws {
        try requireWritable(output)
        let recorder = try exitOnError {
            let session = try RecordingSession(link: DaemonLink(path: connection.path, topics: []))
            if isatty(STDERR_FILENO) == 1 { printMessage("recording to \(output); press Ctrl-C to stop") }
            return try session.run()
        }
        do {
            try MIDIFile(notes: recorder.notes.sorted { $0.start < $1.start }, name: "noted").write(to: output)
        } catch {
            throw failure(error.description, .ioError)
        }
        let count = recorder.notes.count
        printMessage(
            "recorded \(count) \(count == 1 ? "note" : "notes") in \(Int(recorder.duration.rounded())) s to \(output)")
    }
}
