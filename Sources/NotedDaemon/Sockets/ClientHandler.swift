import Basics
import Glibc
import NIOCore
import NIOPosix
import Wire

/// One client's connection: decodes requests, and writes responses and events. Lives on the publisher's event loop.
final class ClientHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private(set) var session: ClientSession
    private let publisher: Publisher
    private var assembler = LineAssembler()
    private var context: ChannelHandlerContext?
    private var pendingLines = CircularBuffer<LineAssembler.Event>()
    /// Requests that are being executed elsewhere and have no response yet.
    private var inFlight = 0
    private var isHandling = false
    private var isReadHeld = false
    private var isPumping = false
    private var isPatienceCheckScheduled = false
    private var resyncsCounted = 0

    /// Requests of one client that may be in flight. Further requests stay unread until one completes.
    static let maximumInFlight = 16

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
        pendingLines.removeAll()
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
        publisher.join(self)
    }

    func channelInactive(context: ChannelHandlerContext) {
        pendingLines.removeAll()
        publisher.leave(self)
    }

    func read(context: ChannelHandlerContext) {
        if canTakeRequests { context.read() } else { isReadHeld = true }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !session.isClosing else { return }
        let bytes = unwrapInboundIn(data)
        pendingLines.append(contentsOf: assembler.append(Array(buffer: bytes)))
        handlePendingLines()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // The client is gone; nothing can be sent any more.
        context.close(promise: nil)
    }

    // MARK: Requests

    private var canTakeRequests: Bool { inFlight < Self.maximumInFlight && session.wantsRequests }

    private func handlePendingLines() {
        // Responses and writes that complete at once call this again. Without the guard, a client that sends thousands
        // of lines would exhaust the stack.
        guard !isHandling else { return }
        isHandling = true
        while canTakeRequests, let event = pendingLines.popFirst() {
            handle(event)
            pump()
        }
        isHandling = false
        if isReadHeld, canTakeRequests, pendingLines.isEmpty {
            isReadHeld = false
            context?.read()
        }
    }

    private func handle(_ event: LineAssembler.Event) {
        switch event {
        case .oversize: reject(id: .null, .lineTooLong(limit: assembler.limit))
        case .invalidUTF8: reject(id: .null, .invalidUTF8)
        case .line(let line):
            do throws(RefusedRequest) {
                let request = try ClientRequest.parse(line)
                execute(request)
            } catch {
                reject(id: error.id, error.error)
            }
        }
    }

    private func execute(_ request: ClientRequest) {
        switch request.command {
        case .subscribe(let topics, let rate):
            if let rate { session.setPositionRate(rate) }
            setTopics(session.topics.union(topics), answering: request.id)
        case .unsubscribe(let topics): setTopics(session.topics.subtracting(topics), answering: request.id)
        case .ping: answer(request.id, EmptyResult())
        case .status: answer(request.id, publisher.status())
        case .scoreLoad(let source, let options):
            control(request.id) { control, answer in
                control.loadScore(source, options) { answer($0.map(\.self)) }
            }
        case .scoreUnload:
            control(request.id) { control, answer in control.unloadScore { answer(.done) } }
        case .followStart: follow(.start, answering: request.id)
        case .followPause: follow(.pause, answering: request.id)
        case .followResume: follow(.resume, answering: request.id)
        case .followGoto(let place): follow(.goTo(place), answering: request.id)
        case .modelLoad(let path):
            control(request.id) { control, answer in control.loadModel(path: path) { answer(.init($0)) } }
        case .configReload: control(request.id) { control, answer in control.reload { answer($0.map(\.self)) } }
        case .sourceSelect(let source):
            control(request.id) { control, answer in control.selectSource(source) { answer(.init($0)) } }
        }
    }

    private func follow(_ request: FollowRequest, answering id: RequestID?) {
        control(id) { control, answer in
            control.follow(request) { result in answer(result.map { $0 ?? EmptyResult() as any JSONWritable }) }
        }
    }

    private func setTopics(_ topics: Set<Topic>, answering id: RequestID?) {
        let gained = topics.subtracting(session.topics)
        session.topics = topics
        publisher.topicsChanged()
        answer(id, TopicList(topics))
        // The client hasn't seen the state of its new topics.
        let lines = publisher.catchUpLines(on: gained)
        if lines.readableBytes > 0 { offer(lines, .answer, now: Clock.seconds) }
    }

    /// Starts a request that is executed elsewhere, and responds when it completes. Later requests don't wait for it.
    private func control(
        _ id: RequestID?, _ work: @escaping (any DaemonControl, @escaping @Sendable (ControlResult) -> Void) -> Void
    ) {
        guard let context else { return }
        inFlight += 1
        let promise = context.eventLoop.makePromise(of: (any JSONWritable).self)
        promise.futureResult.assumeIsolated().whenComplete { [weak self] result in
            guard let self else { return }
            inFlight -= 1
            switch result {
            case .success(let value): answer(id, value)
            case .failure(let error):
                reject(id: id, error as? ResponseError ?? ResponseError(.internalError, "\(error)"), counting: false)
            }
            pump()
            handlePendingLines()
        }
        let daemon = publisher.control
        guard publisher.settings.restrictsControl else {
            return work(daemon) { promise.completeWith($0.mapError { $0 }) }
        }
        peerMayControl(context).assumeIsolated().whenComplete { result in
            if case .success(true) = result {
                work(daemon) { promise.completeWith($0.mapError { $0 }) }
            } else {
                promise.fail(ResponseError(.notPermitted, "only root and the daemon's own user may make changes"))
            }
        }
    }

    private func peerMayControl(_ context: ChannelHandlerContext) -> EventLoopFuture<Bool> {
        guard let channel = context.channel as? any SocketOptionProvider else {
            return context.eventLoop.makeSucceededFuture(false)
        }
        let option = NIOBSDSocket.Option(rawValue: SO_PEERCRED)
        let credentials: EventLoopFuture<PeerCredentials> = channel.unsafeGetSocketOption(level: .socket, name: option)
        return credentials.map { $0.user == 0 || $0.user == geteuid() }
    }

    private func answer(_ id: RequestID?, _ result: some JSONWritable) {
        guard let id else { return }
        offer(ByteBuffer(bytes: Response.success(id: id, result)), .answer, now: Clock.seconds)
    }

    private func reject(id: RequestID?, _ error: ResponseError, counting: Bool = true) {
        if counting { publisher.metrics.refusedLines += 1 }
        guard let id else { return }
        offer(ByteBuffer(bytes: Response.failure(id: id, error)), .answer, now: Clock.seconds)
    }
}

/// `struct ucred` of unix(7), which the C library declares only with _GNU_SOURCE.
private struct PeerCredentials: Sendable {
    var process: Int32
    var user: UInt32
    var group: UInt32
}

/// The outcome of a request that changes something.
private typealias ControlResult = Result<any JSONWritable, ResponseError>

extension Result where Success == any JSONWritable, Failure == ResponseError {
    fileprivate static var done: Self { .success(EmptyResult()) }

    fileprivate init(_ error: ResponseError?) {
        self = error.map(Result.failure) ?? .done
    }
}
