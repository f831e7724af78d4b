/// Decides when to open a device: at once, then after 0.1 s, doubling with every failure up to 5 s, indefinitely.
///
/// A pure state machine; clock and device are outside. Delays vary by ±20% so that the clients of a restarted server
/// don't all connect at once.
struct Reconnection: Sendable {
    enum Event: Sendable {
        /// The device was opened.
        case opened
        /// The device could not be opened.
        case failed
        /// Audio has arrived from the device.
        case delivered
        /// The open device was lost.
        case lost
    }

    enum Action: Equatable, Sendable {
        /// Open the device now.
        case attempt
        /// Do nothing for this long.
        case wait(nanoseconds: UInt64)
        /// The device is open: take its audio.
        case stream
    }

    private enum State: Equatable {
        case closed(until: UInt64)
        case open(firstAudio: UInt64?)
    }

    static let firstDelay: UInt64 = 100_000_000
    static let longestDelay: UInt64 = 5_000_000_000
    /// A loss resets the delay only if audio has arrived for this long, so that a device that comes and goes isn't
    /// opened too often.
    static let trustedAfter: UInt64 = 2_000_000_000

    private var state = State.closed(until: 0)
    private var delay = Reconnection.firstDelay
    private var random: UInt64

    /// - Parameter seed: for the random variation; equal seeds give equal delays.
    init(seed: UInt64) { random = seed }

    func action(at now: UInt64) -> Action {
        switch state {
        case .open: .stream
        case .closed(let until): now >= until ? .attempt : .wait(nanoseconds: until - now)
        }
    }

    mutating func handle(_ event: Event, at now: UInt64) {
        switch (event, state) {
        case (.opened, _):
            state = .open(firstAudio: nil)
        case (.delivered, .open(nil)):
            state = .open(firstAudio: now)
        case (.delivered, _):
            break
        case (.lost, .open(let firstAudio?)) where now &- firstAudio >= Self.trustedAfter:
            delay = Self.firstDelay
            backOff(now)
        case (.lost, _), (.failed, _):
            backOff(now)
        }
    }

    private mutating func backOff(_ now: UInt64) {
        // SplitMix64.
        random &+= 0x9E37_79B9_7F4A_7C15
        var bits = random
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        bits ^= bits >> 31
        let spread = delay / 5
        state = .closed(until: now &+ delay - spread + bits % (2 * spread + 1))
        delay = min(delay * 2, Self.longestDelay)
    }
}
