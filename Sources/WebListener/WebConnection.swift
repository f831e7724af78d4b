import NIOCore
import NIOHTTP1

/// One HTTP connection: checks each request, answers it, and closes when the client is too slow, sends garbage or asks
/// for it. Lives on the listener's event loop.
final class WebConnection: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private let listener: WebConnections
    private let size: RequestSize
    private var context: ChannelHandlerContext?
    private var head: HTTPRequestHead?
    /// Requests that arrived while another one is being answered. Nothing is read until they have been answered.
    private var pending = CircularBuffer<HTTPRequestHead>()
    private var isReadHeld = false
    /// Whether a response is being made or written.
    private var isAnswering = false
    /// Whether the last response has been sent or is being sent.
    private var isClosing = false
    /// Whether the client has sent everything it is going to send.
    private var hasEnded = false
    private var timeout: Scheduled<Void>?

    init(listener: WebConnections, size: RequestSize) {
        self.listener = listener
        self.size = size
    }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        timeout?.cancel()
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        guard listener.join(self) else {
            send(.failure(503, "Too many connections are open; try again later."), for: nil)
            return
        }
        restartTimeout()
    }

    func channelInactive(context: ChannelHandlerContext) {
        timeout?.cancel()
        listener.leave(self)
    }

    func read(context: ChannelHandlerContext) {
        if isAnswering, !isClosing { isReadHeld = true } else { context.read() }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        // What arrives after the last response is discarded.
        guard !isClosing else { return }
        switch unwrapInboundIn(data) {
        case .head(let head): self.head = head
        case .body: break  // GET has no use for one; its size counts.
        case .end:
            size.reset()
            if let head { pending.append(head) }
            head = nil
            answerNext()
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case ChannelEvent.inputClosed = event else { return context.fireUserInboundEventTriggered(event) }
        // A client that has only closed its sending half still gets its responses.
        hasEnded = true
        if !isAnswering { context.close(promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        let isGarbage = error is RequestSize.Exceeded || error is HTTPParserError
        // Garbage after the last response doesn't keep the client from reading that.
        if isClosing, isGarbage { return }
        guard !isAnswering, !isClosing else { return context.close(promise: nil) }
        switch error {
        case is RequestSize.Exceeded:
            send(.failure(431, "The request is longer than \(size.limit) bytes."), for: nil)
        case is HTTPParserError: send(.failure(400, "This is not an HTTP request that can be read."), for: nil)
        default: context.close(promise: nil)
        }
    }

    /// Closes the connection at once.
    func close() { context?.close(promise: nil) }

    // MARK: Answers

    private func answerNext() {
        guard !isAnswering, !isClosing, let context, let head = pending.popFirst() else { return }
        isAnswering = true
        restartTimeout()
        switch listener.router.decide(head) {
        case .answer(let response): send(response, for: head)
        case .route(let route, let request):
            let promise = context.eventLoop.makePromise(of: WebResponse.self)
            promise.futureResult.assumeIsolated().whenComplete { [weak self] result in
                guard case .success(let response) = result else { return }
                self?.send(response, for: head)
            }
            promise.completeWithTask { await route(request) }
        }
    }

    /// - Parameter head: the request that is answered; nil closes the connection afterwards.
    private func send(_ response: WebResponse, for head: HTTPRequestHead?) {
        guard let context, !isClosing else { return }
        let keepsOpen = head?.isKeepAlive ?? false
        restartTimeout()
        isAnswering = true
        isClosing = !keepsOpen
        listener.counters.change { $0.responses[response.status, default: 0] += 1 }
        var fields = HTTPHeaders([
            ("Content-Type", response.contentType), ("Content-Length", "\(response.body.count)"),
            ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff"),
        ])
        for (name, value) in response.fields { fields.add(name: name, value: value) }
        if !keepsOpen { fields.add(name: "Connection", value: "close") }
        let status = HTTPResponseStatus(statusCode: response.status)
        context.write(
            wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: status, headers: fields))), promise: nil)
        if head?.method != .HEAD {
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: response.body)))), promise: nil)
        }
        let promise = context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.assumeIsolated().whenComplete { [weak self] _ in
            guard let self else { return }
            finish()
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: promise)
    }

    /// A response has been handed to the system.
    private func finish() {
        isAnswering = false
        restartTimeout()
        guard let context else { return }
        if isClosing || (hasEnded && pending.isEmpty) {
            isClosing = true
            // Closing at once would take back what the client hasn't read if some of its request is unread.
            if hasEnded { context.close(promise: nil) } else { context.close(mode: .output, promise: nil) }
        }
        answerNext()
        if isReadHeld, !isAnswering || isClosing {
            isReadHeld = false
            context.read()
        }
    }

    /// A whole request, or the taking of a response, may last as long as the timeout; single bytes don't prolong it.
    private func restartTimeout() {
        timeout?.cancel()
        guard let context else { return }
        let delay = TimeAmount.milliseconds(Int64(listener.limits.timeout * 1000))
        timeout = context.eventLoop.assumeIsolated().scheduleTask(in: delay) { [weak self] in
            self?.context?.close(promise: nil)
        }
    }
}
