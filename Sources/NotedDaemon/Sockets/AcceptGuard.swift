import Basics
import Glibc
import Logging
import NIOCore
import Wire

/// Keeps the daemon calm when it cannot accept clients because descriptors or memory have run out.
///
/// A waiting client makes the listening socket readable for as long as it isn't accepted, so the event loop would try
/// again and again. Instead, waiting clients are refused with `bye`, and accepting pauses for a moment.
/// Placed in the pipeline of the listening channel; lives on its event loop.
final class AcceptGuard: ChannelInboundHandler {
    typealias InboundIn = any Channel

    /// The pause after a failure.
    private static let pause = TimeAmount.milliseconds(100)
    /// The time between two looks at whether the shortage is over.
    private static let lookInterval = TimeAmount.seconds(1)
    /// Clients refused before a pause.
    private static let burst = 64

    private let listener: Int32
    private let logger: Logger
    private var reserve = ReserveDescriptor()
    private var shortage = DescriptorShortage()
    private var isPaused = false
    private var isLooking = false

    /// - Parameter listener: the listening socket, which the channel owns.
    init(listener: Int32, logger: Logger) {
        self.listener = listener
        self.logger = logger
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? IOError else { return context.fireErrorCaught(error) }
        switch error.errnoCode {
        // The client was gone before it was accepted.
        case ECONNABORTED: return
        case EMFILE, ENFILE:
            let farewell = Bye(.tooManyClients, detail: "the daemon is out of file descriptors; try again later")
            let line = ServerMessage.bye(farewell).encoded()
            report(shortage.fail(refused: reserve.refuse(at: listener, farewell: line, limit: Self.burst), now: now))
            pause(context)
        case ENOBUFS, ENOMEM:
            report(shortage.fail(refused: 0, now: now))
            pause(context)
        default:
            logger.error(
                "cannot accept clients any more: \(String(cString: strerror(error.errnoCode))); restart noted")
            context.fireErrorCaught(error)
        }
    }

    private var now: Double { Clock.seconds }

    private func pause(_ context: ChannelHandlerContext) {
        guard !isPaused else { return }
        isPaused = true
        // Holding back `read` would not do: after a failure the channel remains registered for reading.
        try? context.channel.syncOptions?.setOption(.autoRead, value: false)
        context.eventLoop.assumeIsolated().scheduleTask(in: Self.pause) { [weak self] in
            guard let self else { return }
            isPaused = false
            look(context)
            try? context.channel.syncOptions?.setOption(.autoRead, value: true)
        }
    }

    /// Checks whether a descriptor is free again, until one is.
    private func look(_ context: ChannelHandlerContext) {
        guard shortage.isActive, !isLooking else { return }
        if reserve.isAnotherFree { return report(shortage.recover()) }
        isLooking = true
        context.eventLoop.assumeIsolated().scheduleTask(in: Self.lookInterval) { [weak self] in
            guard let self else { return }
            isLooking = false
            look(context)
        }
    }

    private func report(_ report: DescriptorShortage.Report?) {
        let limit = "out of file descriptors (the limit is \(DescriptorLimit.current))"
        switch report {
        case nil: return
        case .began: logger.error("cannot accept clients: \(limit); \(DescriptorLimit.remedy)")
        case .continues(let refused):
            logger.error("still \(limit); refused \(refused) clients; \(DescriptorLimit.remedy)")
        case .ended(let refused):
            logger.notice("file descriptors are free again; refused \(refused) clients meanwhile")
        }
    }
}
