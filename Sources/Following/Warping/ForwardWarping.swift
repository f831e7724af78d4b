/// A way to find the path of on-line time warping, one live frame after the other. Allocates nothing but when it is made.
protocol ForwardWarping {
    /// The next live frame, the first of its kind, will be at this score frame.
    mutating func begin(at score: Int)

    /// Takes a live frame.
    ///
    /// - Returns: the score frame that it is believed to be at.
    mutating func advance(_ costs: some FrameCosts) -> Int
}

/// How much of a cell's cost a path pays that reaches it.
///
/// The publications have 1 or 2 for diagonal steps. With 1, paths of many small steps are dear and tempo sticks to the written one; with 2,
/// any staircase costs as much as the straight way, and what doesn't fit is passed by along an edge. Between the two both methods
/// hold on to more of the recordings in this project's hands than with either; see docs/following.md.
enum StepWeight {
    /// Of a step in both sequences; of a step in one of them it is 1.
    static let diagonal = 1.4
}
