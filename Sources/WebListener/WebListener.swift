import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// An HTTP listener for pages that only read, on its own thread, so that no client of it can delay anything else.
///
/// All methods may be called from any thread.
public final class WebListener: Sendable {
    /// Where to listen.
    public enum Place: Sendable, Equatable {
        case address(WebAddress)
        /// A listening TCP socket, such as one that systemd passed. The listener takes ownership of it.
        case descriptor(Int32)
    }

    private let group: MultiThreadedEventLoopGroup
    private let connections: NIOLoopBound<WebConnections>
    private let channel: any Channel
    private let isShutDown = Atomic(false)

    /// Starts to listen.
    ///
    /// - Parameter counters: count the connections and responses.
    /// - Throws: ``WebError/refused(address:reason:)``.
    public static func start(
        at place: Place, router: WebRouter, counters: WebCounters, limits: WebLimits = WebLimits()
    ) async throws -> WebListener {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        let name =
            switch place {
            case .address(let address): address.description
            case .descriptor(let number): "the passed descriptor \(number)"
            }
        do {
            let connections = try await loop.submit {
                NIOLoopBound(WebConnections(router: router, limits: limits, counters: counters), eventLoop: loop)
            }.get()
            let bootstrap = ServerBootstrap(group: group)
                .serverChannelOption(.backlog, value: 16)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                // One connection at a time, so that no burst keeps the loop from those that are open.
                .serverChannelOption(.maxMessagesPerRead, value: 1)
                .serverChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(AcceptPause(counters: counters))
                    }
                }
                .childChannelOption(.allowRemoteHalfClosure, value: true)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture { try configure(channel, connections.value) }
                }
            let channel =
                switch place {
                case .address(let address):
                    try await bootstrap.bind(to: SocketAddress(ipAddress: address.host, port: address.port)).get()
                case .descriptor(let number): try await bootstrap.withBoundSocket(number).get()
                }
            return WebListener(group: group, connections: connections, channel: channel)
        } catch {
            try? await group.shutdownGracefully()
            throw WebError(error, address: name)
        }
    }

    private static func configure(_ channel: any Channel, _ connections: WebConnections) throws {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = connections.limits.requestBytes
        limits.maxHeaderListSize = connections.limits.requestBytes
        limits.maxHeaderFieldCount = connections.limits.headerFields
        let size = RequestSize(limit: connections.limits.requestBytes)
        let decoder = HTTPRequestDecoder(
            leftOverBytesStrategy: .dropBytes, informationalResponseStrategy: .drop, limitConfiguration: limits)
        try channel.pipeline.syncOperations.addHandlers([
            size, HTTPResponseEncoder(), ByteToMessageHandler(decoder),
            WebConnection(listener: connections, size: size),
        ])
    }

    private init(
        group: MultiThreadedEventLoopGroup, connections: NIOLoopBound<WebConnections>, channel: any Channel
    ) {
        self.group = group
        self.connections = connections
        self.channel = channel
    }

    /// The address in the form of a URL's host and port, such as "127.0.0.1:9464".
    public var address: String {
        guard let address = channel.localAddress, let host = address.ipAddress, let port = address.port else {
            return "a passed socket"
        }
        return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    /// Whether only programs on this machine can connect.
    public var isLoopback: Bool { channel.localAddress.map(WebAddress.isLoopback) ?? false }

    /// Closes all connections and stops listening. Further calls do nothing.
    public func shutDown() async {
        guard !isShutDown.exchange(true, ordering: .relaxed) else { return }
        try? await channel.close().get()
        try? await channel.eventLoop.submit { [connections] in connections.value.closeAll() }.get()
        try? await group.shutdownGracefully()
    }
}
