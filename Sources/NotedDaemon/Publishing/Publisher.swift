import Basics
import Foundation
import Logging
import NIOCore
import Wire

/// Sends what the analysis publishes to every subscribed client. Lives on one event loop.
final class Publisher {
    /// Settings that are constant while the daemon runs.
    struct Settings: Sendable {
        /// Name and version, such as "noted 0.1.0".
        var server: String
        var maximumClients = 128
        var session = ClientSession.Limits()
        /// Seconds that a client that is being disconnected has to read its last lines.
        var closeTimeout = 1.0
        /// Seconds that a client with unread requests has at shutdown: again and again while bytes arrive, but no
        /// longer than `closeTimeout` in total.
        var stopGrace = 0.05
        /// The socket buffer of each client, in bytes: the kernel doubles it. Everything in it is out of reach of the
        /// rules of ``Delivery``, so it holds no more than a client needs that reads a few times a second.
        var sendBuffer: Int32 = 8 << 10
        /// Who may make changes.
        var access = ControlAccess.ownerOnly
        var logger = Logger(label: "noted") { _ in SwiftLogNoOpLogHandler() }

        init(server: String) {
            self.server = server
        }
    }

    let settings: Settings
    let eventLoop: any EventLoop
    let control: any DaemonControl
    let parser = RequestParser()
    /// Whether the daemon is stopping: requests for changes are refused.
    private(set) var isStopping = false
    private let hub: Hub
    private let analysis: @Sendable () -> AnalysisReading
    private let began = Clock.seconds
    private var snapshot: Snapshot
    private var clients: [ObjectIdentifier: ClientHandler] = [:]
    private var batch: [Publication] = []
    /// The newest position that a snapshot held before it came out of the hub.
    private var positionGiven: (epoch: Int, sample: Int64)?
    /// Completes when the last client is gone; set while the daemon is stopping.
    private var whenEmpty: EventLoopPromise<Void>?
    /// Called when something in the service manager's status line has changed.
    var onChange: () -> Void = {}
    var metrics = PublishingMetrics()

    /// - Parameter analysis: returns the current reading of the analysis.
    init(
        settings: Settings, eventLoop: any EventLoop, hub: Hub, analysis: @escaping @Sendable () -> AnalysisReading,
        control: any DaemonControl
    ) {
        self.settings = settings
        self.eventLoop = eventLoop
        self.hub = hub
        self.analysis = analysis
        self.control = control
        snapshot = Snapshot(server: settings.server, analysis())
        sampleLoad()
    }

    var clientCount: Int { clients.count }

    /// Replaces the identity of every client, for tests.
    func setPeers(to peer: PeerCredentials?) { for client in clients.values { client.peer = peer } }

    /// Bytes queued for the client that is furthest behind.
    var largestPending: Int { clients.values.map(\.session.pendingBytes).max() ?? 0 }

    /// Sends everything in the hub to the subscribed clients.
    func drain() {
        hub.drain(into: &batch)
        guard !batch.isEmpty else { return }
        let now = Clock.seconds
        var stateChanged = false
        for publication in batch {
            snapshot.apply(publication.message)
            if publication.message.topic == .state || publication.message.topic == nil { stateChanged = true }
            guard !precedesSnapshot(publication.message) else { continue }
            let line = encode(publication)
            let topic = publication.message.topic
            for client in clients.values where topic.map(client.session.topics.contains) ?? true {
                client.offer(line, publication.message.delivery, now: now)
            }
        }
        for client in clients.values { client.pump() }
        measure()
        batch.removeAll(keepingCapacity: true)
        if stateChanged { onChange() }
    }

    /// The snapshot for a client that fell behind.
    ///
    /// - Parameter topics: the client's subscriptions.
    func recoveryLines(for topics: Set<Topic>) -> ByteBuffer {
        lines(snapshot.recovery(newestPosition())) { $0.map(topics.contains) ?? true }
    }

    /// The part of the snapshot that belongs to `topics`, to which a client has just subscribed.
    func catchUpLines(on topics: Set<Topic>) -> ByteBuffer {
        let notes = topics.contains(.notes) ? lines([.resync(snapshot.resync)]) { _ in true } : ByteBuffer()
        var rest = lines(snapshot.recovery(newestPosition())) { $0.map(topics.contains) ?? false }
        var all = notes
        all.writeBuffer(&rest)
        return all
    }

    /// The analysis' own position, for a snapshot. It may be ahead of what is in the hub.
    private func newestPosition() -> Position? {
        let position = analysis().following.follow?.position
        positionGiven = position.map { ($0.epoch, $0.sample) } ?? positionGiven
        return position
    }

    /// Whether a position is older than one that a client has received in a snapshot. Positions must not go back.
    private func precedesSnapshot(_ message: ServerMessage) -> Bool {
        guard case .position(let position) = message, let given = positionGiven else { return false }
        return position.epoch == given.epoch && position.sample < given.sample
    }

    private func lines(_ messages: [ServerMessage], where isWanted: (Topic?) -> Bool) -> ByteBuffer {
        var lines = ByteBuffer()
        for message in messages where isWanted(message.topic) { lines.writeImmutableBuffer(Self.line(message)) }
        return lines
    }

    /// Encodes a message as a line.
    static func line(_ message: ServerMessage) -> ByteBuffer { ByteBuffer(bytes: message.encoded()) }

    private func encode(_ publication: Publication) -> ByteBuffer {
        switch publication.message {
        case .noteOn(var note):
            note.delayMilliseconds = Self.age(of: note, publication) * 1000
            return Self.line(.noteOn(note))
        case .hello: return Self.line(.hello(snapshot.hello))
        default: return Self.line(publication.message)
        }
    }

    /// Seconds since the note was in the air, whatever has been done to the system's clock since.
    private static func age(of note: NoteOn, _ publication: Publication) -> Double {
        publication.air.map { Clock.seconds - $0 } ?? Clock.unix - note.time
    }

    private func measure() {
        let monotonic = Clock.monotonic
        let now = Double(monotonic) * 1e-9
        for publication in batch {
            guard case .noteOn(let note) = publication.message, let arrival = publication.arrival else { continue }
            metrics.publishing.record(Double(Int64(bitPattern: monotonic &- arrival)) * 1e-9, now: now)
            metrics.beyondLookahead.record(
                Self.age(of: note, publication) - (snapshot.hello.model?.lookaheadMilliseconds ?? 0) / 1000, now: now)
        }
    }
}

// MARK: - Clients

extension Publisher {
    /// Greets a client, or rejects it with a reason.
    func join(_ client: ClientHandler) {
        metrics.connections += 1
        let now = Clock.seconds
        if whenEmpty != nil {
            client.disconnect(Bye(.shutdown, detail: "the daemon is stopping"), dropping: true)
            return
        }
        guard clients.count < settings.maximumClients else {
            let detail = "\(settings.maximumClients) clients are connected, the maximum set by max_clients"
            settings.logger.warning(
                "refused a client (\(client.peerText)): \(detail); close some, or raise max_clients")
            client.disconnect(Bye(.tooManyClients, detail: detail), dropping: true)
            return
        }
        // Messages still in the hub precede this client.
        drain()
        clients[ObjectIdentifier(client)] = client
        topicsChanged()
        for message in snapshot.greeting(newestPosition()) {
            client.offer(Self.line(message), .answer, now: now)
        }
        client.pump()
        onChange()
    }

    /// Removes a client whose connection has ended.
    func leave(_ client: ClientHandler) {
        guard clients.removeValue(forKey: ObjectIdentifier(client)) != nil else { return }
        topicsChanged()
        onChange()
        if clients.isEmpty { whenEmpty?.succeed() }
    }

    /// Updates the topics that the hub considers wanted.
    func topicsChanged() {
        hub.setWanted(clients.values.reduce(into: []) { $0.formUnion($1.session.topics) })
    }

    /// From now on, requests for changes are refused, and those under way get their response: the daemon is stopping.
    func refuseRequests() {
        guard !isStopping else { return }
        isStopping = true
        for client in Array(clients.values) { client.stopRequests() }
    }

    /// Says goodbye to `client` once it has been quiet for `stopGrace`, so that everything it had sent is answered.
    private func farewellWhenQuiet(_ client: ClientHandler, until deadline: Double) {
        let received = client.receivedBytes
        let grace = TimeAmount.milliseconds(Int64(settings.stopGrace * 1000))
        eventLoop.assumeIsolated().scheduleTask(in: grace) { [self] in
            if client.receivedBytes > received, Clock.seconds < deadline {
                farewellWhenQuiet(client, until: deadline)
            } else {
                farewell(client)
            }
        }
    }

    /// Sends what is queued and `bye` to every client. Completes when they are gone.
    func shutDown() -> EventLoopFuture<Void> {
        drain()
        refuseRequests()
        let promise = whenEmpty ?? eventLoop.makePromise(of: Void.self)
        let isFirst = whenEmpty == nil
        whenEmpty = promise
        guard isFirst else { return promise.futureResult }
        guard !clients.isEmpty else {
            promise.succeed()
            return promise.futureResult
        }
        for client in Array(clients.values) {
            if client.mayHaveSentMore {
                farewellWhenQuiet(client, until: Clock.seconds + settings.closeTimeout)
            } else {
                farewell(client)
            }
        }
        return promise.futureResult
    }

    private func farewell(_ client: ClientHandler) {
        // Nothing runs any more, but a long request may still be being parsed.
        client.stopRequests()
        client.disconnect(Bye(.shutdown, detail: "the daemon is stopping"), dropping: false)
    }
}

// MARK: - Status

extension Publisher {
    /// Samples the processor time of the process. To be called now and then.
    func sampleLoad() {
        let now = Clock.seconds
        let usage = ProcessUsage.now()
        metrics.load.sample(usage, now: now)
        metrics.analysisLoad.sample(
            ProcessUsage(processorSeconds: analysis().processorSeconds, residentBytes: 0), now: now)
    }

    /// Everything that ``MetricsPage`` shows.
    func metricsReading() -> MetricsReading {
        MetricsReading(
            status: status(), delay: metrics.publishing.sinceStart, delayFromSound: metrics.beyondLookahead.sinceStart,
            analysisSeconds: analysis().processorSeconds, largestQueue: largestPending)
    }

    /// The daemon's state in one line, for the service manager.
    var summary: String {
        let source = snapshot.source
        let detail = source.detail.isEmpty ? "" : " (\(source.detail))"
        let model = snapshot.hello.model?.name ?? "none"
        let score = snapshot.score.map { "; score \($0.name)" } ?? ""
        return "\(source.source): \(source.state.rawValue)\(detail); model \(model)\(score); "
            + (clients.count == 1 ? "1 client" : "\(clients.count) clients")
    }

    /// The result of `status`.
    func status() -> Status {
        sampleLoad()
        let now = Clock.seconds
        let analysis = analysis()
        let (timeline, following) = (analysis.timeline, analysis.following)
        return Status(
            server: settings.server, processID: Int(ProcessInfo.processInfo.processIdentifier),
            uptimeSeconds: now - began, epoch: timeline.epoch, sample: timeline.sample,
            source: .init(timeline.source, analysis.capture), model: .init(analysis.model),
            notes: snapshot.active.notes,
            level: .init(rms: analysis.transcription.level.rmsDBFS, peak: analysis.transcription.level.peakDBFS),
            delay: .init(metrics.publishing.lastMinute(now: now)),
            cpu: .init(
                percent: metrics.load.percent ?? 0, analysisPercent: metrics.analysisLoad.percent ?? 0,
                residentBytes: Int64(ProcessUsage.now().residentBytes)),
            counters: .init(
                timeline.counters, analysis.transcription, following, metrics, lateHops: analysis.lateHops),
            clients: clients.count,
            delaySinceStart: .init(metrics.publishing.sinceStart),
            delayFromSound: .init(metrics.beyondLookahead.lastMinute(now: now)), score: following.score,
            follow: following.follow.map {
                .init(
                    state: $0.state, isPaused: $0.isPaused, position: $0.position,
                    hopMilliseconds: following.seconds * 1000)
            },
            tuning: .init(analysis.tuning))
    }
}
