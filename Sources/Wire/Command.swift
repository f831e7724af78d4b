/// What a client asks of the daemon: a method and its parameters, already checked.
public enum Command: Hashable, Sendable {
    /// Answered with `{topics}`, the topics the client has afterwards. With a rate, `position` comes at most so many times
    /// a second from now on; 0 means every hop again.
    case subscribe(Set<Topic>, positionRate: Double? = nil)
    /// Answered as `subscribe`.
    case unsubscribe(Set<Topic>)
    /// Answered with a `Status`.
    case status
    /// Answered with `{}`.
    case ping
    /// Answered with a `ScoreDescription` once the score is followed.
    case scoreLoad(ScoreSource, ScoreOptions = ScoreOptions())
    case scoreUnload
    /// From the beginning of the score. Answered with a `ScorePosition`.
    case followStart
    case followPause
    case followResume
    /// Answered with a `ScorePosition`.
    case followGoto(ScorePlace)
    /// An absolute path on the daemon's machine.
    case modelLoad(path: String)
    /// A source as on `noted`'s command line: `pulse[:NAME]`, `alsa[:PCM]`, `file:PATH`, `stdin`, `none`.
    case sourceSelect(String)

    /// Where a score comes from.
    public enum ScoreSource: Hashable, Sendable {
        /// An absolute path on the daemon's machine.
        case path(String)
        /// A file's name, whose ending tells the format, and its bytes.
        case data(name: String, bytes: [UInt8])
    }

    /// How a score is to be followed; nil leaves it to the daemon's configuration. The daemon knows the names.
    public struct ScoreOptions: Hashable, Sendable {
        /// `standard`, `dixon` or `arzt`.
        public var method: String?
        /// `score-order`, `nearest` or `evidence`.
        public var repeats: String?

        public init(method: String? = nil, repeats: String? = nil) {
            self.method = method
            self.repeats = repeats
        }
    }

    /// A place in the score.
    public enum ScorePlace: Hashable, Sendable {
        /// Quarter notes from the start, along the order of play.
        case beat(Double)
        /// A measure's number as printed, such as "12" or "12a", and which of its playings in the order of play, from 1:
        /// nil for the first.
        case measure(String, pass: Int? = nil)
        /// A rehearsal mark, for the first time.
        case label(String)
    }

    /// The name of a command on the wire.
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
        }
    }

    /// Whether it changes what other clients see, so that the peer's right to do so needs a look.
    public var isControl: Bool {
        switch self {
        case .subscribe, .unsubscribe, .status, .ping: false
        default: true
        }
    }
}
