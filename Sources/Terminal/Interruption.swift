import Dispatch
import Glibc
import Synchronization

/// Notices Ctrl-C and termination so that long work can save and stop by itself; a second signal ends the process.
public final class Interruption {
    private final class Flag: Sendable { let value = Atomic<Bool>(false) }

    private let flag = Flag()
    private let sources: [any DispatchSourceSignal]

    /// Starts noticing SIGINT and SIGTERM, from here to the end of the process.
    public init() {
        sources = [SIGINT, SIGTERM].map { DispatchSource.makeSignalSource(signal: $0, queue: .global()) }
        for (number, source) in zip([SIGINT, SIGTERM], sources) {
            signal(number, SIG_IGN)
            source.setEventHandler { [flag] in
                if flag.value.exchange(true, ordering: .relaxed) {
                    signal(number, SIG_DFL)
                    raise(number)
                }
            }
            source.resume()
        }
    }

    /// Whether a signal has come.
    public var isRequested: Bool { flag.value.load(ordering: .relaxed) }
}
