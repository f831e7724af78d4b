import Glibc

/// A failed system call on a descriptor.
public struct DescriptorError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The attempted operation, such as "write the terminal".
    public var operation: String
    /// The value of `errno`.
    public var code: Int32

    public init(operation: String, code: Int32) {
        self.operation = operation
        self.code = code
    }

    public var description: String { "cannot \(operation): \(Self.reason(code))" }

    /// The system's message for an `errno`, such as "No such file or directory".
    public static func reason(_ code: Int32) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            guard let start = buffer.baseAddress, strerror_r(code, start, buffer.count) == 0 else {
                return "error \(code)"
            }
            return String(cString: start)
        }
    }

    /// Whether the reader has closed the pipe, which ends the work without being a failure, as in `| head`.
    public var isBrokenPipe: Bool { code == EPIPE }
}
