import Dispatch
import NIOCore
import Wire

/// Parses long requests away from the event loop, which publishes every client's notes meanwhile.
///
/// One request at a time, on one thread for all clients: a client that uploads scores without pause gets at most one
/// processor, and takes turns with the others.
final class RequestParser: Sendable {
    /// Lines above this length, in bytes, are parsed here; 16 KiB.
    ///
    /// A line of this length takes the event loop 0.05 ms, and at most 0.2 ms if it was made to be slow, which is small
    /// beside the millisecond in which notes are published. Handing a line over costs about as much as parsing 16 KiB.
    /// Only `score.load` with data needs longer lines.
    static let longLine = 16 << 10

    private let queue = DispatchQueue(label: "requests")

    /// Parses a line; the future completes on `loop`.
    func parse(_ line: [UInt8], on loop: any EventLoop) -> EventLoopFuture<Result<ClientRequest, RefusedRequest>> {
        let promise = loop.makePromise(of: Result<ClientRequest, RefusedRequest>.self)
        queue.async {
            promise.succeed(Result { () throws(RefusedRequest) in try ClientRequest.parse(longLine: line) })
        }
        return promise.futureResult
    }
}
