import Basics
import NIOCore
import Wire

/// The requests of one client: parsed, checked for permission, executed and answered.
extension ClientHandler {
    /// Handles one line of at most `limit` bytes.
    func handle(_ event: LineAssembler.Event, limit: Int) {
        switch event {
        case .oversize: reject(id: .null, .lineTooLong(limit: limit))
        case .invalidUTF8: reject(id: .null, .invalidUTF8)
        case .line(let line): execute(Result { () throws(RefusedRequest) in try ClientRequest.parse(line) })
        case .longLine(let line): parseElsewhere(line)
        }
    }

    /// Parses a long line away from the event loop. The client's later requests wait meanwhile.
    private func parseElsewhere(_ line: [UInt8]) {
        guard let context else { return }
        intake.beginParsing(line)
        publisher.parser.parse(line, on: context.eventLoop).assumeIsolated().whenSuccess { [weak self] request in
            guard let self, intake.endParsing() else { return }
            execute(request)
            pump()
            handlePendingLines()
        }
    }

    private func execute(_ request: Result<ClientRequest, RefusedRequest>) {
        switch request {
        case .success(let request): execute(request)
        case .failure(let refused): reject(id: refused.id, refused.error)
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
        case .tuningSet(let a4):
            control(request.id) { control, answer in control.setTuning(a4) { answer($0.map(\.self)) } }
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
        _ id: RequestID?, _ work: (any DaemonControl, @escaping @Sendable (ControlResult) -> Void) -> Void
    ) {
        guard let context else { return }
        guard !publisher.isStopping else { return reject(id: id, .stopping, counting: false) }
        // Determined for each request, because the permissions of the socket may have changed.
        let policy = publisher.settings.access.policy()
        guard policy.permits(peer) else {
            let refusal = policy.refusal(of: peer)
            logOnce(&hasLoggedRefusal, "refused a change requested by a client (\(peerText)): \(refusal.message)")
            return reject(id: id, refusal, counting: false)
        }
        let ticket = intake.start(id)
        let promise = context.eventLoop.makePromise(of: (any JSONWritable).self)
        promise.futureResult.assumeIsolated().whenComplete { [weak self] result in
            guard let self, intake.complete(ticket) else { return }
            switch result {
            case .success(let value): answer(id, value)
            case .failure(let error):
                reject(id: id, error as? ResponseError ?? ResponseError(.internalError, "\(error)"), counting: false)
            }
            pump()
            handlePendingLines()
        }
        work(publisher.control) { promise.completeWith($0.mapError { $0 }) }
    }

    /// Responds to every request under way that the daemon is stopping, and from then on to every further one.
    func stopRequests() {
        mayHaveSentMore = isReadHeld || !intake.isReady || !intake.isEmpty || hasPartialLine
        for id in intake.stop() { reject(id: id, .stopping, counting: false) }
        pump()
        handlePendingLines()
    }

    private func answer(_ id: RequestID?, _ result: some JSONWritable) {
        guard let id else { return }
        offer(ByteBuffer(bytes: Response.success(id: id, result)), .answer, now: Clock.seconds)
    }

    private func reject(id: RequestID?, _ error: ResponseError, counting: Bool = true) {
        if counting {
            publisher.metrics.refusedLines += 1
            if error.isGarbage {
                logOnce(&hasLoggedGarbage, "a client sent a line that is not a request (\(peerText)): \(error.message)")
            }
        }
        guard let id else { return }
        offer(ByteBuffer(bytes: Response.failure(id: id, error)), .answer, now: Clock.seconds)
    }

    private func logOnce(_ isLogged: inout Bool, _ message: @autoclosure () -> String) {
        guard !isLogged else { return }
        isLogged = true
        publisher.settings.logger.notice("\(message())")
    }
}

/// The outcome of a request that changes something.
private typealias ControlResult = Result<any JSONWritable, ResponseError>

extension Result where Success == any JSONWritable, Failure == ResponseError {
    fileprivate static var done: Self { .success(EmptyResult()) }

    fileprivate init(_ error: ResponseError?) {
        self = error.map(Result.failure) ?? .done
    }
}

extension ResponseError {
    /// Whether the line was not a request of this protocol at all.
    fileprivate var isGarbage: Bool {
        switch knownCode {
        case .parse, .invalidRequest, .lineTooLong: true
        default: false
        }
    }
}
