import Wire

/// What a client that connects now has to be told, as of the last message published.
struct PublisherState: Sendable {
    /// What the first line of a connection says.
    private(set) var hello: Hello
    private(set) var sample: Int64 = 0
    private(set) var active = ActiveNotes()
    private(set) var source: SourceState
    private(set) var score: ScoreDescription?
    private(set) var follow: FollowState?

    init(server: String, _ state: AnalysisState) {
        hello = Hello(state)
        hello.server = server
        source = state.source
        score = state.score
        follow = state.follow.map { FollowState(state: $0.state, confidence: $0.position.confidence) }
    }

    /// Takes over what `message` says.
    mutating func apply(_ message: ServerMessage) {
        active.apply(message)
        switch message {
        case .hello(let news):
            let server = hello.server
            hello = news
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
            if score == nil { follow = nil }
        case .followState(let state): follow = state
        default: break
        }
    }

    var resync: Resync { Resync(epoch: hello.epoch, sample: sample, active: active.notes) }

    /// The first lines of a connection.
    ///
    /// - Parameter position: the newest.
    func greeting(_ position: Position?) -> [ServerMessage] {
        [.hello(hello), .sourceState(source)] + (active.count > 0 ? [.resync(resync)] : []) + following(position)
    }

    /// What a client that has lost its place is told.
    func recovery(_ position: Position?) -> [ServerMessage] { [.resync(resync)] + following(position) }

    private func following(_ position: Position?) -> [ServerMessage] {
        guard let score else { return [] }
        // A position of an epoch that hasn't been announced yet would come too early.
        let place = position.flatMap { $0.epoch == hello.epoch ? [ServerMessage.position($0)] : nil } ?? []
        return [.score(ScoreState(score: score))] + place + (follow.map { [.followState($0)] } ?? [])
    }
}

extension Hello {
    /// What `state` has to say to a client; the server's name is for the publisher to fill in.
    init(_ state: AnalysisState) {
        self.init(
            server: "",
            model: .init(name: state.model.name, lookaheadMilliseconds: state.model.lookaheadMilliseconds),
            source: state.source.source, sampleRate: state.model.sampleRate, hop: state.model.hop,
            window: state.model.window, epoch: state.epoch)
    }
}
