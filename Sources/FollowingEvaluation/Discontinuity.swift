/// Where the players do what the score's order and tempo don't foresee.
public struct Discontinuity: Sendable, Equatable, Codable {
    public enum Kind: String, Sendable, Codable, CaseIterable {
        /// The first note comes four seconds or more into the recording.
        case late
        /// The first note is four seconds or more into the score.
        case middle
        /// A gap of two seconds or more beyond what the score and the players' tempo ask for, and twice as long.
        case pause
        /// The players are two seconds or more ahead of it, and twice as fast.
        case skip
        /// They go back.
        case `repeat`
    }

    public var kind: Kind
    /// Index in the reference's onsets of the first one after it.
    public var onset: Int
    /// When that is played, in seconds of the recording.
    public var seconds: Double

    public init(kind: Kind, onset: Int, seconds: Double) {
        self.kind = kind
        self.onset = onset
        self.seconds = seconds
    }

    /// Seconds that make a late start.
    private static let lateness = 4.0
    /// Seconds by which a gap has to be off.
    private static let tolerance = 2.0
    /// Intervals on each side from which the players' pace is taken.
    private static let neighbours = 8

    /// All of a reference, in order.
    public static func all(in reference: FollowingReference) -> [Discontinuity] {
        let onsets = reference.onsets
        var found: [Discontinuity] = []
        if onsets[0].seconds >= lateness { found.append(.init(kind: .late, onset: 0, seconds: onsets[0].seconds)) }
        if onsets[0].scoreSeconds >= lateness {
            found.append(.init(kind: .middle, onset: 0, seconds: onsets[0].seconds))
        }
        for index in onsets.indices.dropFirst() {
            guard let kind = kind(of: index, onsets) else { continue }
            found.append(.init(kind: kind, onset: index, seconds: onsets[index].seconds))
        }
        return found
    }

    private static func kind(of index: Int, _ onsets: [FollowingReference.Onset]) -> Kind? {
        let (before, after) = (onsets[index - 1], onsets[index])
        guard after.beat > before.beat else { return .repeat }
        let expected = (after.scoreSeconds - before.scoreSeconds) * pace(around: index, onsets)
        let gap = after.seconds - before.seconds
        if gap - expected >= tolerance, gap >= 2 * expected { return .pause }
        return expected - gap >= tolerance && gap <= expected / 2 ? .skip : nil
    }

    /// Seconds of the recording for a second of the score: the median of the intervals near that before an onset, itself left out.
    private static func pace(around index: Int, _ onsets: [FollowingReference.Onset]) -> Double {
        var paces: [Double] = []
        for other in max(1, index - neighbours)...min(onsets.count - 1, index + neighbours) where other != index {
            let score = onsets[other].scoreSeconds - onsets[other - 1].scoreSeconds
            if score > 0 { paces.append((onsets[other].seconds - onsets[other - 1].seconds) / score) }
        }
        guard !paces.isEmpty else { return 1 }
        return paces.sorted()[paces.count / 2]
    }
}
