/// A point at which the players depart from the order or the tempo of the score.
public struct Discontinuity: Sendable, Equatable, Codable {
    public enum Kind: String, Sendable, Codable, CaseIterable {
        /// The first note is played four seconds or more into the recording.
        case late
        /// The first note is four seconds or more into the score.
        case middle
        /// The gap between two onsets is at least two seconds longer than the score and the players' tempo predict, and
        /// at least twice as long.
        case pause
        /// The gap between two onsets is at least two seconds shorter than predicted, and at most half as long.
        case skip
        /// The players go back.
        case `repeat`
    }

    public var kind: Kind
    /// Index of the first onset after it, in the reference.
    public var onset: Int
    /// When that onset is played, in seconds of the recording.
    public var seconds: Double

    public init(kind: Kind, onset: Int, seconds: Double) {
        self.kind = kind
        self.onset = onset
        self.seconds = seconds
    }

    /// The least time before the first note: for `late` in the recording, for `middle` in the score, in seconds.
    private static let lateness = 4.0
    /// The least difference between a gap and its prediction, in seconds.
    private static let tolerance = 2.0
    /// Number of intervals on each side from which the players' tempo is estimated.
    private static let neighbours = 8

    /// The discontinuities of a reference, in order.
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

    /// Seconds of the recording per second of the score: the median of the intervals near an onset, without the
    /// interval that ends with it.
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
