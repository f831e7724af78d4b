import Wire

/// What clients may change. Called on the event loop; answers may come from any thread.
public protocol DaemonControl: Sendable {
    /// Runs the model at `path` in the place of the present one. `answer` gets nil once it runs, or why it doesn't.
    func loadModel(path: String, answer: @escaping @Sendable (ResponseError?) -> Void)

    /// Listens to `source`, written as on the command line. `answer` gets nil once it is being opened, or why it isn't.
    func selectSource(_ source: String, answer: @escaping @Sendable (ResponseError?) -> Void)

    /// Follows the score of `source`. `answer` gets it once it is followed, or why it isn't: also because a newer request to
    /// load or unload came before it was ready.
    func loadScore(
        _ source: Command.ScoreSource, _ options: Command.ScoreOptions,
        answer: @escaping @Sendable (Result<ScoreDescription, ResponseError>) -> Void)

    /// Follows no score any more. `answer` is called once that is so.
    func unloadScore(answer: @escaping @Sendable () -> Void)

    /// Steers the follower. `answer` gets the place that is followed from now on, where the request names one.
    func follow(
        _ request: FollowRequest, answer: @escaping @Sendable (Result<ScorePosition?, ResponseError>) -> Void)
}
