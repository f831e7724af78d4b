import Sound

/// A message from the capture thread to the reader, in the order of events: 32 bytes in a `ByteRing`.
struct CaptureRecord: BitwiseCopyable, Sendable {
    enum Kind: UInt32 {
        /// The audio ring holds `frames` frames; the last arrived at `arrival`.
        case audio
        /// `frames` frames of audio are missing, at the device's rate; if negative, the clock determines how many.
        case gap
        /// The device reports that it was suspended (`frames` is 1) or resumed (0).
        case suspended
        /// `payload` is a retained `CaptureNotice`.
        case notice
    }

    enum Reason: UInt32 {
        case ringFull
        case hole
        case overrun

        var gap: GapReason {
            switch self {
            case .ringFull: .backlog
            case .hole: .hole
            case .overrun: .overrun
            }
        }
    }

    // Raw values, because the ring holds plain bytes.
    private var kindBits: UInt32
    private var reasonBits: UInt32
    var frames: Int64
    /// `CLOCK_MONOTONIC`, nanoseconds.
    var arrival: UInt64
    /// The latency of the last frame in nanoseconds; or a `CaptureNotice`.
    var payload: Int64

    // Computed, because a stored one is initialized under a lock on first use.
    static var size: Int {
        @_noAllocation @_noLocks get { MemoryLayout<CaptureRecord>.size }
    }

    @_noAllocation @_noLocks
    init(_ kind: Kind, reason: Reason = .ringFull, frames: Int64 = 0, arrival: UInt64 = 0, payload: Int64 = 0) {
        kindBits = kind.rawValue
        reasonBits = reason.rawValue
        self.frames = frames
        self.arrival = arrival
        self.payload = payload
    }

    var kind: Kind { Kind(rawValue: kindBits) ?? .gap }
    var reason: Reason { Reason(rawValue: reasonBits) ?? .ringFull }
}

/// A message from the capture thread that needs strings. Sent rarely, and never while audio flows.
final class CaptureNotice: Sendable {
    enum Content: Sendable {
        /// The device is open, with this ring for its frames.
        case opened(OpenedDevice, ByteRing)
        /// The stream continues from another device.
        case moved(name: String, detail: String)
        /// The device could not be opened, or was lost, and will be retried.
        case closed(CaptureState, detail: String)
        case remark(DeviceRemark)
        /// There will be no more audio; prematurely if there is a failure.
        case ended(EndFailure?)
    }

    let content: Content
    init(_ content: Content) { self.content = content }
}
