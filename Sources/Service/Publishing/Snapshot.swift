import Capture
import Wire

/// All that a client must know, as of the last message applied: who serves it, the source, the sounding notes, the score and where
/// the players are. Whoever connects, and whoever fell behind, is brought up to date from here.
///
/// The state is the sum of the messages, so it is always as new as the newest message, and no newer.
public struct Snapshot: Sendable, Equatable {
    /// The first line of a connection.
    public private(set) var hello: Hello
    private(set) var sample: Int64 = 0
    private(set) var active = ActiveNotes()
    private(set) var source: SourceState
    private(set) var score: ScoreDescription?
    private(set) var follow: FollowState?
    private var position: Position?

    /// The state before anything has happened, with the model and the source that `reading` names.
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

    /// Takes over what `message` says.
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
        case .position(let new): position = new
        default: break
        }
    }

    /// The sounding notes.
    var resync: Resync { Resync(epoch: hello.epoch, sample: sample, active: active.notes) }

    /// The first messages of a connection.
    ///
    /// - Parameter newest: the newest position, which may not have been published for want of a listener.
    func greeting(_ newest: Position? = nil) -> [ServerMessage] {
        [.hello(hello), .sourceState(source)] + (active.count > 0 ? [.resync(resync)] : [])
            + (score == nil ? [] : scoreMessages(newest))
    }

    /// What brings a client up to date that knows nothing, or something wrong: all of it, also that there is no score.
    func recovery(_ newest: Position? = nil) -> [ServerMessage] {
        [.resync(resync), .hello(hello), .sourceState(source)] + scoreMessages(newest)
    }

    private func scoreMessages(_ newest: Position?) -> [ServerMessage] {
        var messages = [ServerMessage.score(ScoreState(score: score))]
        guard score != nil else { return messages }
        if let follow { messages.append(.followState(follow)) }
        // A position of an epoch that hasn't been announced yet would come too early.
        if let place = newest ?? position, place.epoch == hello.epoch { messages.append(.position(place)) }
        return messages
    }
}

extension Hello {
    /// The server's name is for the publisher to fill in.
    init(_ model: ModelDescription, _ timeline: Timeline) {
        self.init(
            server: "", model: .init(name: model.name, lookaheadMilliseconds: model.lookaheadMilliseconds),
            source: timeline.source.name, sampleRate: model.sampleRate, hop: model.hop, window: model.window,
            epoch: timeline.epoch)
    }
}
