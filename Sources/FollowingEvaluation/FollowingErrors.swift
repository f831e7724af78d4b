/// A follower's errors at every onset of a reference, by two definitions.
public struct FollowingErrors: Sendable, Equatable {
    /// The time at which a published position first reached the beat of the onset, minus the time at which the onset
    /// was played. Nil if the reference plays something twice, because a beat that was reached stays reached.
    public let arrival: OnsetErrors?
    /// The position that was last published when the onset was played, minus that of the onset, in seconds of the
    /// score. Before anything is published, the first position counts. Never missed.
    public let position: OnsetErrors

    /// The beats by which a position may fall short of an onset and still reach it.
    private static let slack = 1e-6

    public init(of trace: FollowingTrace, against reference: FollowingReference) {
        arrival = reference.isMonotone ? OnsetErrors(Self.arrivals(trace, reference)) : nil
        position = OnsetErrors(
            reference.onsets.map { onset in
                let row = trace.row(at: onset.seconds) ?? trace.rows[0]
                return reference.scoreSeconds(atBeat: row.beat) - onset.scoreSeconds
            })
    }

    /// Linear, because both the furthest position so far and the onsets ascend.
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
