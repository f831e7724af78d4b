import Sound

/// What the capture thread tells the reader, in the order in which it happened: 32 bytes through a `ByteRing`.
struct CaptureRecord: BitwiseCopyable, Sendable {
    enum Kind: UInt32 {
        /// `frames` frames lie in the session's ring; the last arrived at `arrival`.
        case sound
        /// Sound is missing here: `frames` of it at the device's rate, or as much as the clock says if negative.
        case gap
        /// The device says that it is suspended (`frames` 1) or goes on (0).
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

    // Raw values, because whatever comes out of a ring is bytes.
    private var kindBits: UInt32
    private var reasonBits: UInt32
    var frames: Int64
    /// `CLOCK_MONOTONIC`, nanoseconds.
    var arrival: UInt64
    /// Nanoseconds from the air to the arrival, for the last frame; or a `CaptureNotice`.
    var payload: Int64

    // Computed, because a stored one is made behind a lock on first use.
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

/// What the capture thread tells the reader while no sound flows: rare, and with words.
final class CaptureNotice: Sendable {
    enum Content: Sendable {
        /// The device is open: what it delivers, where its frames will lie, its name and what is known about it.
        case opened(StreamFormat, ByteRing, name: String, detail: String)
        /// The stream goes on from another device.
        case moved(name: String, detail: String)
        /// The device could not be opened, or was lost, and is tried again.
        case closed(CaptureState, detail: String)
        /// There will be no more sound.
        case ended
    }

    let content: Content
    init(_ content: Content) { self.content = content }
}
