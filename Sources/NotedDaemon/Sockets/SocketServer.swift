import CLinux
import NIOCore
import NIOPosix
import Synchronization
import Wire

/// The daemon's socket server: accepts clients and sends them what the hub delivers.
///
/// Everything runs on one dedicated event loop. All methods may be called from any thread.
public final class SocketServer: Sendable {
    private let group: MultiThreadedEventLoopGroup
    private let publisher: NIOLoopBound<Publisher>
    private let channel: any Channel
    private let isShutDown = Atomic(false)

    /// The event loop of the clients.
    public var eventLoop: any EventLoop { channel.eventLoop }

    /// Starts to serve clients on `descriptor`, a listening Unix stream socket. The server takes ownership of it.
    ///
    /// - Parameters:
    ///   - analysis: returns the current reading of the analysis.
    ///   - control: executes the clients' requests.
    /// - Throws: the system's error if the descriptor cannot be served.
    static func start(
        descriptor: Int32, settings: Publisher.Settings, hub: Hub,
        analysis: @escaping @Sendable () -> AnalysisReading, control: any DaemonControl
    ) async throws -> SocketServer {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        let publisher = try await loop.submit {
            clinux_request_short_slices()
            return NIOLoopBound(
                Publisher(settings: settings, eventLoop: loop, hub: hub, analysis: analysis, control: control),
                eventLoop: loop)
        }.get()
        do {
            let channel = try await ServerBootstrap(group: group)
                .serverChannelOption(.backlog, value: 128)
                .serverChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(
                            AcceptGuard(listener: descriptor, logger: settings.logger))
                    }
                }
                .childChannelOption(.allowRemoteHalfClosure, value: true)
                .childChannelOption(.socketOption(.so_sndbuf), value: .init(settings.sendBuffer))
                // A client that uploads takes turns with the notes after every buffer.
                .childChannelOption(.maxMessagesPerRead, value: 1)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(ClientHandler(publisher: publisher.value))
                    }
                }
                .withBoundSocket(descriptor).get()
            hub.onWork { loop.execute { publisher.value.drain() } }
            return SocketServer(group: group, publisher: publisher, channel: channel)
        } catch {
            try? await loop.submit { publisher.value.parser }.get().shutDown()
            try? await group.shutdownGracefully()
            throw error
        }
    }

    private init(group: MultiThreadedEventLoopGroup, publisher: NIOLoopBound<Publisher>, channel: any Channel) {
        self.group = group
        self.publisher = publisher
        self.channel = channel
    }

    /// The number of connected clients.
    public func clientCount() async throws -> Int {
        try await onLoop { $0.clientCount }
    }

    /// The result of `status`.
    public func status() async throws -> Status {
        try await onLoop { $0.status() }
    }

    /// Everything that the metrics page shows.
    func metricsReading() async throws -> MetricsReading {
        try await onLoop { $0.metricsReading() }
    }

    /// Calls `work` with the publisher, on the event loop.
    func onLoop<R: Sendable>(_ work: @escaping @Sendable (Publisher) -> R) async throws -> R {
        try await eventLoop.submit { [publisher] in work(publisher.value) }.get()
    }

    /// From now on, requests for changes are refused, and those under way get their response. Returns at once.
    public func refuseRequests() {
        eventLoop.execute { [publisher] in publisher.value.refuseRequests() }
    }

    /// Stops accepting clients, sends everything that is queued and `bye`, and returns when all clients are gone.
    /// Clients that don't read are cut off after `closeTimeout`. Further calls do nothing.
    public func shutDown() async {
        guard !isShutDown.exchange(true, ordering: .relaxed) else { return }
        try? await channel.close().get()
        let publisher = publisher
        try? await eventLoop.flatSubmit { publisher.value.shutDown() }.get()
        try? await onLoop { $0.parser }.shutDown()
        try? await group.shutdownGracefully()
    }
}
