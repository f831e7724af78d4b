/// How the windows that are trained lie in an excerpt of audio.
struct ExcerptLayout: Equatable, Sendable {
    /// Samples of a window, and of a hop.
    let window: Int
    let hop: Int
    /// Windows in an excerpt, and hops from one to the next.
    let windowsPerExcerpt: Int
    let spacing: Int
    /// Numbers the network gives for each window.
    let outputs: Int

    /// Samples from the start of one window to the next's.
    var step: Int { spacing * hop }
    /// Samples of an excerpt.
    var samples: Int { window + (windowsPerExcerpt - 1) * step }
}
