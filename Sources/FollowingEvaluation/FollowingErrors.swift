/// The errors of a follower at every onset of a reference, in the two ways in which they are counted.
public struct FollowingErrors: Sendable, Equatable {
    /// When the position was first published that had reached the onset's beat, minus when the onset was played. Nil where the
    /// reference plays something twice: what was reached once stays reached.
    public let arrival: OnsetErrors?
    /// The score's seconds at the position that was last published when the onset was played, minus the onset's own; before
    /// anything is published, the first position counts. Never missed.
    public let position: OnsetErrors

    /// Beats that a position may lack and still have reached an onset.
    private static let slack = 1e-6

    public init(of trace: FollowingTrace, against reference: FollowingReference) {
        arrival = reference.isMonotone ? OnsetErrors(Self.arrivals(trace, reference)) : nil
        position = OnsetErrors(
            reference.onsets.map { onset in
                let row = trace.row(at: onset.seconds) ?? trace.rows[0]
                return reference.scoreSeconds(atBeat: row.beat) - onset.scoreSeconds
            })
    }

    /// Linear: both the furthest position so far and the onsets ascend.
    private static func arrivals(_ trace: FollowingTrace, _ reference: FollowingReference) -> [Double?] {
        var errors = [Double?](repeating: nil, count: reference.onsets.count)
        var next = 0
        for row in trace.rows {
            while next < errors.count, row.beat >= reference.onsets[next].beat - slack {
                errors[next] = row.published - reference.onsets[next].seconds
                next += 1
            }
        }
        return errors
    }
}
