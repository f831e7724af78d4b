import Foundation
import Glibc

/// Reports the daemon's state to the service manager with the sd_notify protocol, over a datagram socket.
///
/// Datagrams are not acknowledged. One that cannot be sent is dropped. Source: sd_notify(3).
public struct ServiceNotifier: Sendable {
    /// A notification.
    public enum Message: Sendable, Equatable {
        case ready
        case status(String)
        case watchdog
        case stopping
        /// `monotonicMicroseconds` is CLOCK_MONOTONIC when the reload began.
        case reloading(monotonicMicroseconds: UInt64)

        /// The datagram's text.
        public var text: String {
            switch self {
            case .ready: "READY=1"
            case .status(let text): "STATUS=" + text.replacing("\n", with: " ")
            case .watchdog: "WATCHDOG=1"
            case .stopping: "STOPPING=1"
            case .reloading(let time): "RELOADING=1\nMONOTONIC_USEC=\(time)"
            }
        }
    }

    private let send: @Sendable (String) -> Void

    /// - Parameter send: sends the text of a datagram; called on any thread.
    public init(send: @escaping @Sendable (String) -> Void) {
        self.send = send
    }

    /// A notifier that discards all messages.
    public static let silent = ServiceNotifier { _ in }

    /// The notifier for the socket in `NOTIFY_SOCKET`; nil if that is unset or not a socket address.
    public static func fromEnvironment(_ environment: [String: String]) -> ServiceNotifier? {
        guard let path = environment["NOTIFY_SOCKET"],
            let address = UnixAddress(notifyPath: path)
        else { return nil }
        return ServiceNotifier { text in
            let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            guard descriptor >= 0 else { return }
            defer { close(descriptor) }
            let bytes = Array(text.utf8)
            _ = address.withSockAddr { pointer, length in
                sendto(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT), pointer, length)
            }
        }
    }

    /// Sends `messages` in one datagram.
    public func notify(_ messages: Message...) {
        send(messages.map(\.text).joined(separator: "\n"))
    }
}
