/// How long a follower took to find the players again after a discontinuity.
public struct Recovery: Sendable, Equatable, Codable {
    public var kind: Discontinuity.Kind
    /// When the first onset after it was played, in seconds of the recording.
    public var at: Double
    /// Seconds from there to the first of the onsets from which on the position was right; nil if it never was before the next
    /// discontinuity or the end.
    public var seconds: Double?

    /// Seconds of the score that a right position may be off.
    public static let tolerance = 0.5
    /// Onsets for which it has to stay right; fewer where there are no more before the next discontinuity or the end.
    public static let streak = 8

    /// One for each discontinuity of a reference, in order; a late start in the middle counts once.
    ///
    /// - Parameter position: errors of the positions at the reference's onsets, see ``FollowingErrors/position``.
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
        // How many onsets from each one on are right without a break.
        var run = 0
        var found: Int?
        for index in range.reversed() {
            run = abs(errors[index] ?? .infinity) <= tolerance ? run + 1 : 0
            if run >= needed { found = index }
        }
        return found
    }
}
