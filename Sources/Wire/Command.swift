/// A validated client request: a method and its parameters.
public enum Command: Hashable, Sendable {
    /// Answered with `{topics}`: the client's topics after the change. A rate limits `position` to that many
    /// notifications per second; 0 restores one per hop.
    case subscribe(Set<Topic>, positionRate: Double? = nil)
    /// Answered like `subscribe`.
    case unsubscribe(Set<Topic>)
    /// Answered with a `Status`.
    case status
    /// Answered with `{}`.
    case ping
    /// Answered with a `ScoreDescription` once the score is being followed.
    case scoreLoad(ScoreSource, ScoreOptions = ScoreOptions())
    case scoreUnload
    /// Follows from the beginning of the score. Answered with a `ScorePosition`.
    case followStart
    case followPause
    case followResume
    /// Answered with a `ScorePosition`.
    case followGoto(ScorePlace)
    /// Loads a model from an absolute path on the daemon's machine.
    case modelLoad(path: String)
    /// Selects a source, written as on `noted`'s command line: `pulse[:NAME]`, `alsa[:PCM]`, `file:PATH`, `stdin`,
    /// `none`.
    case sourceSelect(String)
    /// Sets the players' tuning, the frequency of A4 in hertz; nil estimates it. Answered with a `TuningState` once it
    /// is in force.
    case tuningSet(a4: Double?)
    /// Reads the configuration files again. Answered with a `ReloadReport`.
    case configReload

    /// The origin of a score.
    public enum ScoreSource: Hashable, Sendable {
        /// An absolute path on the daemon's machine.
        case path(String)
        /// A file name, whose extension gives the format, and the file's bytes.
        case data(name: String, bytes: [UInt8])
    }

    /// How a score is to be followed; nil leaves the choice to the daemon's configuration.
    public struct ScoreOptions: Hashable, Sendable {
        /// A following method.
        public enum Method: String, CaseIterable, Sendable { case standard, dixon, arzt }

        /// What to assume where two places in the score sound alike.
        public enum Repeats: String, CaseIterable, Sendable {
            case scoreOrder = "score-order"
            case nearest, evidence
        }

        public var method: Method?
        public var repeats: Repeats?

        public init(method: Method? = nil, repeats: Repeats? = nil) {
            self.method = method
            self.repeats = repeats
        }
    }

    /// A place in the score.
    public enum ScorePlace: Hashable, Sendable {
        /// Quarter notes from the start, along the order of play.
        case beat(Double)
        /// A measure's printed number, such as "12" or "12a", and its 1-based pass in the order of play; nil means the
        /// first.
        case measure(String, pass: Int? = nil)
        /// The first occurrence of a rehearsal mark.
        case label(String)
    }

    /// The wire names of the commands.
    public enum Method: String, CaseIterable, Sendable {
        case subscribe, unsubscribe, status, ping
        case scoreLoad = "score.load"
        case scoreUnload = "score.unload"
        case followStart = "follow.start"
        case followPause = "follow.pause"
        case followResume = "follow.resume"
        case followGoto = "follow.goto"
        case modelLoad = "model.load"
        case sourceSelect = "source.select"
        case tuningSet = "tuning.set"
        case configReload = "config.reload"
    }

    public var method: Method {
        switch self {
        case .subscribe: .subscribe
        case .unsubscribe: .unsubscribe
        case .status: .status
        case .ping: .ping
        case .scoreLoad: .scoreLoad
        case .scoreUnload: .scoreUnload
        case .followStart: .followStart
        case .followPause: .followPause
        case .followResume: .followResume
        case .followGoto: .followGoto
        case .modelLoad: .modelLoad
        case .sourceSelect: .sourceSelect
        case .tuningSet: .tuningSet
        case .configReload: .configReload
        }
    }

}
