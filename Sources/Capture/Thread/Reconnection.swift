/// When to try to open a device: at once, then after 0.1 s, doubled with every failure up to 5 s, for ever.
///
/// A pure state machine; the clock and the device are outside. Delays are spread by ±20% so that many clients of a
/// restarted server don't come all at once.
struct Reconnection: Sendable {
    enum Event: Sendable {
        /// The device was opened.
        case opened
        /// It could not be opened.
        case failed
        /// Sound has arrived from it.
        case delivered
        /// The open device was lost.
        case lost
    }

    enum Action: Equatable, Sendable {
        /// Open the device now.
        case attempt
        /// Do nothing for so many nanoseconds.
        case wait(nanoseconds: UInt64)
        /// The device is open: take its sound.
        case stream
    }

    private enum State: Equatable {
        case closed(until: UInt64)
        case open(firstSound: UInt64?)
    }

    static let firstDelay: UInt64 = 100_000_000
    static let longestDelay: UInt64 = 5_000_000_000
    /// Sound must have come for this long before a loss counts as the first one again: a device that comes and goes
    /// is not to be hammered.
    static let trustedAfter: UInt64 = 2_000_000_000

    private var state = State.closed(until: 0)
    private var delay = Reconnection.firstDelay
    private var random: UInt64

    /// - Parameter seed: of the spread; two machines with one seed do the same.
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
            state = .open(firstSound: nil)
        case (.delivered, .open(nil)):
            state = .open(firstSound: now)
        case (.delivered, _):
            break
        case (.lost, .open(let firstSound?)) where now &- firstSound >= Self.trustedAfter:
            delay = Self.firstDelay
            back(off: now)
        case (.lost, _), (.failed, _):
            back(off: now)
        }
    }

    private mutating func back(off now: UInt64) {
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
