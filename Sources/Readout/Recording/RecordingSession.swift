import Music
import Terminal
import Wire

/// Records notes until a signal arrives, reconnecting if the daemon restarts.
public struct RecordingSession {
    private let loop: LinkLoop

    public init(link: DaemonLink) throws(DescriptorError) {
        loop = try LinkLoop(link: link)
    }

    /// Records until a signal arrives and returns the recorder.
    public func run() throws(DescriptorError) -> NoteRecorder {
        var recorder = NoteRecorder()
        try loop.run { (events) throws(DescriptorError) in
            for event in events {
                switch event {
                case .connected: printRemark("reconnected; recording continues")
                case .lost(let reason):
                    recorder.finishAll(now: unixTime())
                    printRemark("\(reason); recording continues when the daemon returns")
                case .line(let line):
                    guard case .message(let message) = try? ServerLine.parse(line) else { continue }
                    recorder.apply(message, now: unixTime())
                }
            }
            return true
        }
        recorder.finishAll(now: unixTime())
        return recorder
    }
}
