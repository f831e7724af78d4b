import Basics
import Music
import Wire

/// The state of the live readout, updated by the daemon's messages and a monotonic clock. It performs no I/O.
///
/// Times are seconds on the clock of the `now` arguments. A note starts when its sound was in the air: at its arrival
/// minus the delay that the daemon reports. This needs no synchronised clocks.
public struct ReadoutState: Sendable {
    /// The state of the connection.
    public enum Link: Hashable, Sendable {
        case connected
        /// - Parameters:
        ///   - reason: a sentence for the user.
        ///   - since: when the connection was lost.
        case lost(reason: String, since: Double)
    }

    /// How long ended notes are kept, in seconds.
    static let retention = 60.0
    /// The maximum number of notes kept.
    static let capacity = 2048
    /// How long the meter holds a peak, in seconds.
    static let peakHold = 1.5

    public private(set) var link: Link
    public private(set) var hello: Hello?
    public private(set) var source: SourceState?
    public private(set) var follow: FollowState?
    public private(set) var position: Position?
    /// The score being followed.
    public private(set) var score: ScoreDescription?
    /// Expected, wrong and missed notes since the score was loaded or the connection was made.
    public private(set) var tally = ScoreTally()
    public private(set) var epoch = 0
    /// In order of onset; notes that ended more than `retention` ago are removed.
    public private(set) var notes: [RollNote] = []
    public private(set) var level: Level?
    /// The held peak and when it occurred.
    public private(set) var heldPeak: (value: Double, time: Double)?
    /// The latest notice, such as a loss of audio, and its time.
    public private(set) var notice: (text: String, time: Double)?
    private var delays: [Double] = []
    private var bye: Bye?

    public init(now: Double) {
        link = .lost(reason: "connecting", since: now)
    }

    /// The notes sounding now, lowest first.
    public var sounding: [RollNote] {
        notes.filter { $0.end == nil }.sorted { $0.note < $1.note }
    }

    /// The median of the latest delays from sound to line, in milliseconds.
    public var delay: Double? {
        delays.isEmpty ? nil : delays.sorted()[delays.count / 2]
    }

    /// Handles a new connection: forgets the sounding notes and the score until the daemon reports them.
    public mutating func connected(now: Double) {
        link = .connected
        bye = nil
        clearScore()
        silence(now: now)
    }

    /// Handles a lost connection or a failed attempt.
    public mutating func disconnected(reason: String, now: Double) {
        silence(now: now)
        level = nil
        let reason = bye.map { $0.detail.isEmpty ? Self.describe($0) : $0.detail } ?? reason
        if case .lost(_, let since) = link {
            link = .lost(reason: reason, since: since)
        } else {
            link = .lost(reason: reason, since: now)
        }
    }

    public mutating func apply(_ message: ServerMessage, now: Double) {
        switch message {
        case .hello(let value):
            hello = value
            epoch = value.epoch
        case .noteOn(let value): begin(value, now: now)
        case .noteOff(let value): end(value, now: now)
        case .missed(let value): tally.addMissed(value, at: now - age(of: value))
        case .resync(let value): resynchronise(value, now: now)
        case .score(let value):
            clearScore()
            score = value.score
        case .position(let value):
            position = value
        case .followState(let value): follow = value
        case .jump: break
        case .sourceState(let value):
            source = value
            if value.state != .running { level = nil }
        case .discontinuity(let value):
            epoch = value.epoch
            let lost = Double(value.lostFrames) / Double(max(hello?.sampleRate ?? 44_100, 1))
            notice = ("\(Numeral.decimal(lost, places: 2)) s of audio lost: \(value.reason)", now)
        case .level(let value): show(value, now: now)
        case .overload(let value): notice = ("overload: \(value.skippedHops) hops skipped", now)
        case .tuning(let value):
            let origin = value.isAutomatic ? "estimated" : "set"
            notice = ("tuning: A4 = \(Numeral.decimal(value.a4, places: 1)) Hz (\(origin))", now)
        case .bye(let value): bye = value
        case .activations: break
        }
    }

    private mutating func clearScore() {
        (score, follow, position) = (nil, nil, nil)
        tally = ScoreTally()
    }

    /// Seconds since a missed note was due, measured in samples up to the latest position.
    private func age(of missed: Missed) -> Double {
        guard let position, position.epoch == missed.epoch else { return 0 }
        return min(max((Double(position.sample) - Double(missed.sample)) / 44_100, 0), 5)
    }

    private mutating func begin(_ value: NoteOn, now: Double) {
        forget(before: now - Self.retention)
        epoch = value.epoch
        let delay = value.delayMilliseconds > 0 ? min(value.delayMilliseconds, 10_000) : 0
        if delays.count == 15 { delays.removeFirst() }
        delays.append(delay)
        let start = now - delay / 1000
        endSounding(value.note, at: start)
        notes.append(
            RollNote(
                note: value.note, start: start, end: nil, velocity: value.velocity, isWrong: value.expected == false))
        tally.addPlayed(value, measure: position?.measure, at: start)
        if notes.count > Self.capacity { notes.removeFirst(notes.count - Self.capacity) }
    }

    private mutating func end(_ value: NoteOff, now: Double) {
        guard let index = notes.lastIndex(where: { $0.note == value.note && $0.end == nil }) else { return }
        let duration = value.durationSeconds > 0 ? value.durationSeconds : 0
        notes[index].end = max(min(notes[index].start + duration, now), notes[index].start)
    }

    private mutating func resynchronise(_ value: Resync, now: Double) {
        epoch = value.epoch
        let active = Set(value.active)
        for note in sounding where !active.contains(note.note) { endSounding(note.note, at: now) }
        let known = Set(sounding.map(\.note))
        for note in active.subtracting(known).sorted() {
            notes.append(RollNote(note: note, start: now, end: nil, velocity: 64))
        }
    }

    private mutating func show(_ value: Level, now: Double) {
        level = value
        if let held = heldPeak, value.peak < held.value, now - held.time < Self.peakHold { return }
        heldPeak = (value.peak, now)
    }

    private mutating func silence(now: Double) {
        for note in sounding { endSounding(note.note, at: now) }
    }

    private mutating func endSounding(_ note: Int, at time: Double) {
        for index in notes.indices where notes[index].note == note && notes[index].end == nil {
            notes[index].end = max(time, notes[index].start)
        }
    }

    private mutating func forget(before time: Double) {
        notes.removeAll { $0.end.map { $0 < time } ?? false }
    }

    private static func describe(_ bye: Bye) -> String {
        switch Bye.Reason(rawValue: bye.reason) {
        case .shutdown: "noted was stopped"
        case .tooSlow: "this terminal was too slow for noted"
        case .tooManyClients: "noted already has its maximum number of clients"
        case nil: "noted closed the connection: \(bye.reason)"
        }
    }
}

/// A note on the piano roll, in the readout's time.
public struct RollNote: Hashable, Sendable {
    public var note: Int
    /// Seconds on the clock of `ReadoutState`, like `end`.
    public var start: Double
    /// Nil while the note is sounding.
    public var end: Double?
    /// 1...127.
    public var velocity: Int
    /// Whether the score does not have this note.
    public var isWrong = false
}
