/// Decides which windows of a stream are evaluated, if nobody needs the posteriors of silence.
///
/// The network rests once a whole window has been quiet (``SilenceGate/isQuiet``): as long as the gate is closed, every
/// posterior counts as 0. When louder audio arrives, the gate stays closed for at least ``SilenceGate/notice`` more
/// hops. The windows that the network has left out and needs again are evaluated in equal parts within these hops, so
/// that the work of no single hop is much larger than that of the others, and all posteriors that the tracker uses are
/// the same as if the network had never rested.
///
/// A pure value. ``windows(pending:isQuiet:)`` is called once per hop.
struct NetworkRest {
    /// Hops of quiet after which the network rests.
    private let patience: Int
    /// Hops after the first louder one by which the newest window must have been evaluated.
    private let notice: Int
    private var quietHops = 0
    private var hopsLeft: Int

    /// - Parameters:
    ///   - patience: hops of quiet after which the network rests.
    ///   - notice: hops after the first louder one that do not need posteriors yet.
    init(patience: Int, notice: Int) {
        self.patience = max(1, patience)
        self.notice = max(0, notice)
        hopsLeft = self.notice
    }

    /// The number of pending windows to evaluate in this hop; 0 to rest.
    ///
    /// - Parameters:
    ///   - pending: windows that the newest one needs, itself included.
    ///   - isQuiet: whether this hop is quiet and its posteriors don't matter.
    mutating func windows(pending: Int, isQuiet: Bool) -> Int {
        quietHops = isQuiet ? min(quietHops + 1, patience + 1) : 0
        if quietHops > patience {
            hopsLeft = notice
            return 0
        }
        defer { hopsLeft = max(0, hopsLeft - 1) }
        // Each of the hops left adds a window.
        let total = pending + hopsLeft
        return (total + hopsLeft) / (hopsLeft + 1)
    }

    /// Begins a new epoch.
    mutating func reset() {
        quietHops = 0
        hopsLeft = notice
    }
}
