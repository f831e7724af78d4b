import ArgumentParser
import Glibc
import Music
import Readout
import Terminal

struct Record: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Record notes to a MIDI file until Ctrl-C.",
        discussion: """
            The recording starts with the first note. The file is replaced every ten seconds while notes arrive, and \
            when the recording ends, so that it is readable at any moment. If the daemon stops meanwhile, recording \
            continues when it returns. If the disk is full, the file keeps what was saved before.
            """)

    @OptionGroup var connection: ConnectionOptions

    @Argument(help: ArgumentHelp("The MIDI file to write.", valueName: "out.mid"))
    var output: String

    func run() throws {
        try requireWritable(output)
        var (notes, file) = try exitOnError {
            var session = try RecordingSession(
                link: DaemonLink(path: connection.path, topics: []), file: RecordingFile(path: output))
            if isatty(STDERR_FILENO) == 1 { printMessage("recording to \(output); press Ctrl-C to stop") }
            return try session.run()
        }
        let count = "\(notes.count) \(notes.count == 1 ? "note" : "notes")"
        do {
            try file.finish(notes)
        } catch {
            throw failure(
                "\(error) The file holds \(file.savedNotes) of \(count); free some space, or record to another disk.",
                .ioError)
        }
        let seconds = Int((notes.map(\.end).max() ?? 0).rounded())
        printMessage("recorded \(count) in \(seconds) s to \(output)")
    }
}
