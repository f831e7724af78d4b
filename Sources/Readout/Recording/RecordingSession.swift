import Music
import Terminal
import Wire

/// Records what the daemon hears until a signal comes; the daemon may go away and come back meanwhile.
public struct RecordingSession {
    private let loop: LinkLoop

    public init(link: DaemonLink) throws(DescriptorError) {
        loop = try LinkLoop(link: link)
    }

    /// Runs to the end of the recording.
    public func run() throws(DescriptorError) -> NoteRecorder {
        var recorder = NoteRecorder()
        try loop.run { (events) throws(DescriptorError) in
            for event in events {
                switch event {
                case .connected: remark("connected again; recording goes on")
                case .lost(let reason):
                    recorder.finishAll(now: unixTime())
                    remark("\(reason); recording goes on when it is back")
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
