import NIOCore

/// Counts the bytes of a request before they are parsed, and stops reading from a client that sends too many.
final class RequestSize: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    /// The request is too long.
    struct Exceeded: Error {}

    let limit: Int
    private var received = 0

    init(limit: Int) {
        self.limit = limit
    }

    /// A request is complete; the next one begins.
    func reset() { received = 0 }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard received <= limit else { return }
        received += unwrapInboundIn(data).readableBytes
        if received > limit {
            context.fireErrorCaught(Exceeded())
        } else {
            context.fireChannelRead(data)
        }
    }
}
