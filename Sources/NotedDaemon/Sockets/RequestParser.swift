import CLinux
import Glibc
import NIOCore
import NIOPosix
import Wire

/// Parses long requests away from the event loop, which publishes every client's notes meanwhile.
///
/// One request at a time, on one thread for all clients: a client that uploads scores without pause gets at most one
/// processor, and takes turns with the others. The thread yields to the analysis and to the event loop: its niceness is
/// raised where the system permits it, and they have shorter time slices.
final class RequestParser: Sendable {
    /// Lines above this length, in bytes, are parsed here; 16 KiB.
    ///
    /// A line of this length takes the event loop 0.05 ms, and at most 0.2 ms if it was made to be slow, which is small
    /// beside the millisecond in which notes are published. Handing a line over costs about as much as parsing 16 KiB.
    /// Only `score.load` with data needs longer lines.
    static let longLine = 16 << 10

    private static let niceness: Int32 = 10

    private let pool = NIOThreadPool(numberOfThreads: 1)

    init() {
        pool.start()
        // On Linux this changes the calling thread alone.
        pool.submit { _ in
            setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, Self.niceness)
            clinux_request_default_slices()
        }
    }

    /// Parses a line; the future completes on `loop`. It fails after ``shutDown()``.
    func parse(_ line: [UInt8], on loop: any EventLoop) -> EventLoopFuture<Result<ClientRequest, RefusedRequest>> {
        pool.runIfActive(eventLoop: loop) {
            Result { () throws(RefusedRequest) in try ClientRequest.parse(longLine: line) }
        }
    }

    /// Ends the thread. To be called once.
    func shutDown() async { try? await pool.shutdownGracefully() }
}
