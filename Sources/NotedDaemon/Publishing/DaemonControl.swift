import Wire

/// Executes requests that change the daemon. Called on the event loop; `answer` may be called on any thread.
public protocol DaemonControl: Sendable {
    /// Replaces the model with the one at `path`. `answer` gets nil once it is running, otherwise the error.
    func loadModel(path: String, answer: @escaping @Sendable (ResponseError?) -> Void)

    /// Switches to `source`, written as on the command line. `answer` gets nil once it is being opened, otherwise the
    /// error.
    func selectSource(_ source: String, answer: @escaping @Sendable (ResponseError?) -> Void)

    /// Loads a score. `answer` gets its description once it is being followed, otherwise the error: for example, a
    /// newer request to load or unload superseded this one.
    func loadScore(
        _ source: Command.ScoreSource, _ options: Command.ScoreOptions,
        answer: @escaping @Sendable (Result<ScoreDescription, ResponseError>) -> Void)

    /// Stops following. `answer` is called when following has stopped.
    func unloadScore(answer: @escaping @Sendable () -> Void)

    /// Reads the configuration files again. `answer` gets what has changed once it is in force. It gets the error if
    /// nothing has changed.
    func reload(answer: @escaping @Sendable (Result<ReloadReport, ResponseError>) -> Void)

    /// Sets the players' tuning, the frequency of A4 in hertz; nil estimates it. `answer` gets the tuning once it is in
    /// force.
    func setTuning(_ a4: Double?, answer: @escaping @Sendable (Result<TuningState, ResponseError>) -> Void)

    /// Controls the follower. `answer` gets the new place, for requests that name one.
    func follow(
        _ request: FollowRequest, answer: @escaping @Sendable (Result<ScorePosition?, ResponseError>) -> Void)
}

/// A client's request to the follower.
public enum FollowRequest: Sendable, Equatable {
    /// Go to the beginning of the score and resume.
    case start
    case pause
    case resume
    case goTo(Command.ScorePlace)
}
