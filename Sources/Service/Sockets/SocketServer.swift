import NIOCore
import NIOPosix
import Synchronization
import Wire

/// The daemon's socket: takes clients and gives them what the hub brings.
///
/// Everything runs on one event loop of its own; all methods may be called from any thread.
public final class SocketServer: Sendable {
    private let group: MultiThreadedEventLoopGroup
    private let publisher: NIOLoopBound<Publisher>
    private let channel: any Channel
    private let isShutDown = Atomic(false)

    /// The event loop that the clients live on.
    public var eventLoop: any EventLoop { channel.eventLoop }

    /// Starts to serve clients on `descriptor`, a listening Unix stream socket that the server takes over.
    ///
    /// - Parameters:
    ///   - analysis: reads how the analysis is doing.
    ///   - control: carries out what clients ask for.
    /// - Throws: what the system says when the descriptor cannot be served.
    static func start(
        descriptor: Int32, settings: Publisher.Settings, hub: Hub,
        analysis: @escaping @Sendable () -> AnalysisReading, control: any DaemonControl
    ) async throws -> SocketServer {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        let publisher = try await loop.submit {
            NIOLoopBound(
                Publisher(settings: settings, eventLoop: loop, hub: hub, analysis: analysis, control: control),
                eventLoop: loop)
        }.get()
        do {
            let channel = try await ServerBootstrap(group: group)
                .serverChannelOption(.backlog, value: 128)
                .childChannelOption(.allowRemoteHalfClosure, value: true)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(ClientHandler(publisher: publisher.value))
                    }
                }
                .withBoundSocket(descriptor).get()
            hub.onWork { loop.execute { publisher.value.drain() } }
            return SocketServer(group: group, publisher: publisher, channel: channel)
        } catch {
            try? await group.shutdownGracefully()
            throw error
        }
    }

    private init(group: MultiThreadedEventLoopGroup, publisher: NIOLoopBound<Publisher>, channel: any Channel) {
        self.group = group
        self.publisher = publisher
        self.channel = channel
    }

    /// The number of clients connected.
    public func clientCount() async throws -> Int {
        try await onLoop { $0.clientCount }
    }

    /// The answer to `status`.
    public func status() async throws -> Status {
        try await onLoop { $0.status() }
    }

    /// Calls `work` on the event loop with the publisher.
    func onLoop<R: Sendable>(_ work: @escaping @Sendable (Publisher) -> R) async throws -> R {
        try await eventLoop.submit { [publisher] in work(publisher.value) }.get()
    }

    /// Takes no more clients, sends everything that is left and says goodbye. Returns when all are gone: the ones that
    /// don't read are cut off after a second. Further calls do nothing.
    public func shutDown() async {
        guard !isShutDown.exchange(true, ordering: .relaxed) else { return }
        try? await channel.close().get()
        let publisher = publisher
        try? await eventLoop.flatSubmit { publisher.value.shutDown() }.get()
        try? await group.shutdownGracefully()
    }
}
