import Capture
import Wire

/// Everything that a client must know, as of the last message applied: the server, the source, the sounding notes, the
/// score and the position. New clients, and clients that fell behind, are brought up to date from it.
///
/// It is derived only from messages, so it is exactly as new as the newest message.
public struct Snapshot: Sendable, Equatable {
    /// The first line of a connection.
    public private(set) var hello: Hello
    private(set) var sample: Int64 = 0
    private(set) var active = ActiveNotes()
    private(set) var source: SourceState
    private(set) var score: ScoreDescription?
    private(set) var follow: FollowState?
    /// Nil while every client knows it: as long as it has been an estimate of 440 Hz.
    private(set) var tuning: TuningState?
    private var position: Position?

    /// The initial state, with the model and the source of `reading`.
    ///
    /// - Parameter server: name and version, such as "noted 0.1.0".
    init(server: String, _ reading: AnalysisReading) {
        hello = Hello(reading.model, reading.timeline)
        hello.server = server
        source = SourceState(reading.timeline.source)
        score = reading.following.score
        follow = reading.following.follow.map {
            FollowState(state: $0.state, confidence: $0.position.confidence)
        }
    }

    /// Updates the state from `message`.
    mutating func apply(_ message: ServerMessage) {
        active.apply(message)
        switch message {
        case .hello(let new):
            let server = hello.server
            hello = new
            hello.server = server
        case .noteOn(let note): (hello.epoch, sample) = (note.epoch, note.sample)
        case .noteOff(let note): (hello.epoch, sample) = (note.epoch, note.sample)
        case .resync(let resync): (hello.epoch, sample) = (resync.epoch, resync.sample)
        case .discontinuity(let discontinuity): (hello.epoch, sample) = (discontinuity.epoch, 0)
        case .sourceState(let state):
            source = state
            hello.source = state.source
        case .score(let state):
            score = state.score
            (follow, position) = (nil, nil)
        case .followState(let state): follow = state
        case .tuning(let state): tuning = state
        case .position(let new): position = new
        default: break
        }
    }

    /// The sounding notes, as a message.
    var resync: Resync { Resync(epoch: hello.epoch, sample: sample, active: active.notes) }

    /// The first messages of a connection.
    ///
    /// - Parameter newest: the newest position, which is not published while nobody is subscribed to positions.
    func greeting(_ newest: Position? = nil) -> [ServerMessage] {
        let notes = (active.count > 0 ? [ServerMessage.resync(resync)] : []) + tunings
        guard let score else { return [.hello(hello), .sourceState(source)] + notes }
        return [.hello(hello), .sourceState(source)] + notes + [.score(ScoreState(score: score))]
            + place(newest) + state
    }

    /// The complete state, for a client whose own state may be outdated. It includes a null score if none is loaded.
    ///
    /// - Parameter newest: as for ``greeting(_:)``.
    func recovery(_ newest: Position? = nil) -> [ServerMessage] {
        [.resync(resync), .hello(hello), .sourceState(source)] + tunings + [.score(ScoreState(score: score))]
            + (score == nil ? [] : state + place(newest))
    }

    private var tunings: [ServerMessage] { tuning.map { [.tuning($0)] } ?? [] }

    private var state: [ServerMessage] { follow.map { [.followState($0)] } ?? [] }

    private func place(_ newest: Position?) -> [ServerMessage] {
        // Skip a position of an epoch that hasn't been announced yet.
        guard let place = newest ?? position, place.epoch == hello.epoch else { return [] }
        return [.position(place)]
    }
}

extension Hello {
    /// The publisher fills in the server's name.
    init(_ model: ModelDescription, _ timeline: Timeline) {
        self.init(
            server: "", model: .init(name: model.name, lookaheadMilliseconds: model.lookaheadMilliseconds),
            source: timeline.source.name, sampleRate: model.sampleRate, hop: model.hop, window: model.window,
            epoch: timeline.epoch)
    }
}

/// The set of sounding notes according to the messages sent so far.
public struct ActiveNotes: Sendable, Equatable {
    private var sounding = [Bool](repeating: false, count: 128)
    /// Number of sounding notes.
    public private(set) var count = 0

    public init() {}

    /// Updates the set from `message`.
    public mutating func apply(_ message: ServerMessage) {
        switch message {
        case .noteOn(let note): set(note.note, true)
        case .noteOff(let note): set(note.note, false)
        case .resync(let resync):
            self = ActiveNotes()
            for note in resync.active { set(note, true) }
        default: break
        }
    }

    /// MIDI note numbers, ascending.
    public var notes: [Int] { sounding.indices.filter { sounding[$0] } }

    private mutating func set(_ note: Int, _ isSounding: Bool) {
        guard sounding.indices.contains(note), sounding[note] != isSounding else { return }
        sounding[note] = isSounding
        count += isSounding ? 1 : -1
    }
}
