import Glibc
import NIOCore

extension WebError {
    /// The refusal behind an error of the system.
    init(_ error: any Error, address: String) {
        guard let code = (error as? IOError)?.errnoCode else {
            self = .refused(address: address, reason: "\(error)")
            return
        }
        self = .refused(address: address, reason: Self.reason(code))
    }

    static func reason(_ code: Int32) -> String {
        switch code {
        case EADDRINUSE: "another program uses this port; choose another port, or stop that program"
        case EADDRNOTAVAIL: "this machine has no such address; use 127.0.0.1, or an address that 'ip address' lists"
        case EACCES: "ports below 1024 need privileges; choose a port from 1024 to 65535"
        case EAFNOSUPPORT, EPERM:
            "this process may not open network sockets, as in the systemd units; let systemd pass the socket: "
                + "see 'The HTTP listener' in docs/daemon.md"
        default: String(cString: strerror(code))
        }
    }
}
