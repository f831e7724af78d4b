import Synchronization

/// Warnings about audio files that are read although something is wrong with them.
///
/// Files are read in many places of a program, mostly deep inside a computation that has no other way to report. A
/// command line installs one observer and prints what it gets; each warning about a file is posted once.
public enum AudioFileWarnings {
    public typealias Observer = @Sendable (_ path: String, _ warning: String) -> Void

    private struct State {
        var observer: Observer?
        var posted: Set<[String]> = []
    }

    private static let state = Mutex(State())

    /// Calls `observer` for each warning from now on, on the thread that reads the file.
    public static func observe(_ observer: @escaping Observer) {
        state.withLock { $0.observer = observer }
    }

    /// Passes a warning to the observer, unless the same one was posted before.
    public static func post(path: String, _ warning: String) {
        let observer = state.withLock { state in
            // Without an observer, nothing needs to be remembered.
            guard let observer = state.observer, state.posted.insert([path, warning]).inserted else {
                return nil as Observer?
            }
            return observer
        }
        observer?(path, warning)
    }
}
