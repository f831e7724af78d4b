import Glibc
import NIOCore

/// Pauses accepting when descriptors or memory have run out.
///
/// A waiting connection makes the listening socket readable for as long as it isn't accepted, so the event loop would
/// try again without end. Placed in the pipeline of the listening channel; lives on its event loop.
final class AcceptPause: ChannelInboundHandler {
    typealias InboundIn = any Channel

    private static let pause = TimeAmount.seconds(1)
    private let counters: WebCounters
    private var isPaused = false

    init(counters: WebCounters) {
        self.counters = counters
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let code = (error as? IOError)?.errnoCode, [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(code) else {
            // The client was gone before it was accepted, or the channel closes by itself.
            return
        }
        counters.change { $0.acceptErrors += 1 }
        guard !isPaused else { return }
        isPaused = true
        // Holding back reads would not do: after a failure the channel remains registered for reading.
        try? context.channel.syncOptions?.setOption(.autoRead, value: false)
        context.eventLoop.assumeIsolated().scheduleTask(in: Self.pause) { [weak self] in
            self?.isPaused = false
            try? context.channel.syncOptions?.setOption(.autoRead, value: true)
        }
    }
}
