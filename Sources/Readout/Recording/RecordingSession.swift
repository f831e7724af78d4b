import Basics
import Glibc
import Music
import Terminal
import Wire

/// Records notes until a signal arrives, reconnecting if the daemon restarts, and saves them now and then.
public struct RecordingSession {
    /// Seconds between two saves while notes arrive: what a power failure or `kill -9` may cost.
    public static let saveInterval = 10.0

    private let loop: LinkLoop
    private var file: RecordingFile

    public init(link: DaemonLink, file: RecordingFile) throws(DescriptorError) {
        loop = try LinkLoop(link: link)
        self.file = file
    }

    /// Records until a signal arrives.
    ///
    /// - Returns: all notes in order of onset, and the file, which may not have the newest of them yet.
    public mutating func run() throws(DescriptorError) -> (notes: [Note], file: RecordingFile) {
        var recorder = NoteRecorder()
        var file = file
        var nextSave = Clock.seconds + Self.saveInterval
        try loop.run(interval: Self.saveInterval) { (events) throws(DescriptorError) in
            for event in events {
                switch event {
                case .connected: printRemark("reconnected; recording continues")
                case .lost(let reason):
                    recorder.disconnected(now: Clock.seconds)
                    printRemark("\(reason); recording continues when the daemon returns")
                case .line(let line):
                    guard case .message(let message) = try? ServerLine.parse(line) else { continue }
                    recorder.apply(message, now: Clock.seconds)
                }
            }
            if Clock.seconds >= nextSave {
                nextSave = Clock.seconds + Self.saveInterval
                // A program reads the final message; a person may free some space in time.
                if file.update(recorder.notesByOnset(now: Clock.seconds)), isatty(STDERR_FILENO) == 1,
                    let failure = file.failure
                {
                    printRemark("\(failure) Recording continues; free some space before you stop it.")
                }
            }
            return true
        }
        self.file = file
        return (recorder.notesByOnset(now: Clock.seconds), file)
    }
}
