import Wire

/// What clients may change. Called on the event loop; answers may come from any thread.
public protocol DaemonControl: Sendable {
    /// Runs the model at `path` in the place of the present one. `answer` gets nil once it runs, or why it doesn't.
    func loadModel(path: String, answer: @escaping @Sendable (ResponseError?) -> Void)

    /// Listens to `source`, written as on the command line. `answer` gets nil once it is being opened, or why it isn't.
    func selectSource(_ source: String, answer: @escaping @Sendable (ResponseError?) -> Void)
}
