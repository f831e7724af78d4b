import Dispatch
import Glibc
import Synchronization

/// Catches SIGINT and SIGTERM so that long work can save and stop; a second signal ends the process.
public final class Interruption {
    private final class Flag: Sendable { let value = Atomic<Bool>(false) }

    private let flag = Flag()
    private let sources: [any DispatchSourceSignal]

    /// Catches SIGINT and SIGTERM from now until the process ends.
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

    /// Whether a signal has been received.
    public var isRequested: Bool { flag.value.load(ordering: .relaxed) }
}
