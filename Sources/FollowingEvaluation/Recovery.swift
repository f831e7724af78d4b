/// How long a follower takes to find the players after a discontinuity.
public struct Recovery: Sendable, Equatable, Codable {
    public var kind: Discontinuity.Kind
    /// When the first onset after it was played, in seconds of the recording.
    public var at: Double
    /// Seconds from there to the first onset from which the position stays right; nil if there is no such onset before
    /// the next discontinuity or the end.
    public var seconds: Double?

    /// The greatest error of a right position, in seconds of the score.
    public static let tolerance = 0.5
    /// Consecutive onsets at which the position has to be right; fewer if fewer are left before the next discontinuity
    /// or the end.
    public static let streak = 8

    /// One per discontinuity of a reference, in order. A late start in the middle counts once.
    ///
    /// - Parameter position: the position errors at the onsets of the reference, see ``FollowingErrors/position``.
    public static func all(_ position: OnsetErrors, _ reference: FollowingReference) -> [Recovery] {
        let found = Discontinuity.all(in: reference)
        let events = found.indices.filter { $0 == 0 || found[$0].onset != found[$0 - 1].onset }.map { found[$0] }
        return events.enumerated().map { index, event in
            let end = index + 1 < events.count ? events[index + 1].onset : reference.onsets.count
            var recovery = Recovery(kind: event.kind, at: event.seconds, seconds: nil)
            if let onset = first(in: event.onset..<end, position.errors) {
                recovery.seconds = reference.onsets[onset].seconds - event.seconds
            }
            return recovery
        }
    }

    private static func first(in range: Range<Int>, _ errors: [Double?]) -> Int? {
        let needed = min(streak, range.count)
        // Number of consecutive right onsets from this one on.
        var run = 0
        var found: Int?
        for index in range.reversed() {
            run = abs(errors[index] ?? .infinity) <= tolerance ? run + 1 : 0
            if run >= needed { found = index }
        }
        return found
    }
}
