import Basics
import NIOCore
import NIOPosix
import Wire

/// One client's connection: reads requests, and writes responses and events. Lives on the publisher's event loop.
///
/// `ClientHandler+Requests` executes the requests.
final class ClientHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    var session: ClientSession
    var intake = RequestIntake()
    let publisher: Publisher
    /// The process at the other end when it connected; nil if the kernel doesn't report it.
    var peer: PeerCredentials?
    private(set) var context: ChannelHandlerContext?
    /// Whether a line that is not a request has been logged; one per client is enough.
    var hasLoggedGarbage = false
    /// Whether a refused change has been logged.
    var hasLoggedRefusal = false
    /// Bytes received so far.
    private(set) var receivedBytes = 0
    /// Whether requests of the client may have waited in the kernel when the daemon began to stop.
    var mayHaveSentMore = false
    private var assembler = LineAssembler(longLine: RequestParser.longLine)
    private var isHandling = false
    /// Whether the channel has requested bytes that the client's requests have to wait for.
    private(set) var isReadHeld = false
    private var isPumping = false
    private var isPatienceCheckScheduled = false
    private var resyncsCounted = 0

    init(publisher: Publisher) {
        self.publisher = publisher
        session = ClientSession(limits: publisher.settings.session)
    }

    // MARK: Sending

    /// Queues a line, which the next ``pump()`` sends.
    func offer(_ line: ByteBuffer, _ delivery: Delivery, now: Double) {
        // A burst must not cost a client events that its socket could have taken.
        if !session.hasRoom(for: line.readableBytes) { pump() }
        session.offer(line, delivery, now: now)
        if session.behindSince != nil, !isPatienceCheckScheduled { schedulePatienceCheck() }
    }

    /// Writes queued lines for as long as the client takes them.
    func pump() {
        guard !isPumping, let context else { return }
        isPumping = true
        let topics = session.topics
        while let bytes = session.nextWrite(recovery: { publisher.recoveryLines(for: topics) }) {
            let promise = context.eventLoop.makePromise(of: Void.self)
            promise.futureResult.assumeIsolated().whenComplete { [weak self] in self?.written($0) }
            context.writeAndFlush(wrapOutboundOut(bytes), promise: promise)
        }
        isPumping = false
        publisher.metrics.resyncs += Int64(session.resyncs - resyncsCounted)
        resyncsCounted = session.resyncs
        if session.isClosing, session.isIdle { context.close(promise: nil) }
    }

    /// Sends `bye` and closes the connection, no later than `closeTimeout` from now.
    func disconnect(_ bye: Bye, dropping: Bool) {
        guard !session.isClosing, let context else { return }
        session.close(with: Publisher.line(.bye(bye)), dropping: dropping)
        intake.removeLines()
        pump()
        let timeout = TimeAmount.milliseconds(Int64(publisher.settings.closeTimeout * 1000))
        context.eventLoop.assumeIsolated().scheduleTask(in: timeout) { [weak self] in
            self?.context?.close(promise: nil)
        }
    }

    private func written(_ result: Result<Void, any Error>) {
        session.written()
        guard case .success = result else { return }
        pump()
        handlePendingLines()
    }

    private func schedulePatienceCheck() {
        guard let context else { return }
        let delay = TimeAmount.milliseconds(Int64(session.limits.patience * 1000) + 10)
        isPatienceCheckScheduled = true
        context.eventLoop.assumeIsolated().scheduleTask(in: delay) { [weak self] in
            guard let self else { return }
            isPatienceCheckScheduled = false
            if session.isTooSlow(now: Clock.seconds) {
                publisher.metrics.droppedClients += 1
                publisher.settings.logger.warning(
                    "disconnected a client that did not read for \(Int(session.limits.patience)) seconds (\(peerText))")
                disconnect(
                    Bye(.tooSlow, detail: "the client did not read for \(Int(session.limits.patience)) seconds"),
                    dropping: true)
            } else if session.behindSince != nil {
                schedulePatienceCheck()
            }
        }
    }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        let operations = context.pipeline.syncOperations
        let reported = try? operations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) {
            PeerCredentials(of: $0)
        }
        peer = reported ?? nil
        publisher.join(self)
    }

    func channelInactive(context: ChannelHandlerContext) {
        intake.removeLines()
        publisher.leave(self)
    }

    func read(context: ChannelHandlerContext) {
        if canRead { context.read() } else { isReadHeld = true }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !session.isClosing else { return }
        let bytes = unwrapInboundIn(data)
        receivedBytes += bytes.readableBytes
        intake.append(bytes.withUnsafeReadableBytes { assembler.append($0) })
        handlePendingLines()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // The client is gone; nothing can be sent any more.
        context.close(promise: nil)
    }

    // MARK: Requests

    /// The client's process and user, for the log.
    var peerText: String { peer?.description ?? "process unknown" }

    /// Whether the beginning of a line has arrived.
    var hasPartialLine: Bool { assembler.hasPartialLine }

    private var canTakeRequests: Bool { intake.isReady && session.wantsRequests }

    /// Reading a long line costs the event loop time, too, so it waits in the kernel while another one is executed.
    private var canRead: Bool { canTakeRequests && (intake.takesLongLines || !assembler.hasPartialLongLine) }

    /// Handles lines for as long as the client may have more requests running.
    func handlePendingLines() {
        // Responses and writes that complete at once call this again. Without the guard, a client that sends thousands
        // of lines would exhaust the stack.
        guard !isHandling else { return }
        isHandling = true
        while canTakeRequests, let event = intake.next() {
            handle(event, limit: assembler.limit)
            pump()
        }
        isHandling = false
        if isReadHeld, canRead, intake.isEmpty {
            isReadHeld = false
            context?.read()
        }
    }
}
