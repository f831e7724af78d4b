import Basics
import Following
import Scores

/// A summary of how a recording was followed, collected hop by hop.
public struct FollowingSummary: Sendable {
    private static let mostJumps = 8

    private let score: Score
    private var counts: [FollowingState: Int] = [:]
    private var hops = 0
    private var furthest = 0.0
    private var last: FollowingReport?
    private var first: Double?
    private var jumps: [(seconds: Double, jump: FollowingJump)] = []
    private var jumpCount = 0

    public init(of score: Score) {
        self.score = score
    }

    public mutating func add(_ report: FollowingReport) {
        hops += 1
        counts[report.state, default: 0] += 1
        last = report
        if report.state != .waiting { furthest = max(furthest, report.beat) }
        let seconds = Double(report.sample) / FileFollowing.rate
        if report.state != .waiting, first == nil { first = seconds }
        if let jump = report.jump {
            jumpCount += 1
            if jumps.count < Self.mostJumps { jumps.append((seconds, jump)) }
        }
    }

    /// Seconds of audio followed so far.
    public var seconds: Double { last.map { Double($0.sample) / FileFollowing.rate } ?? 0 }

    /// The summary, without line breaks.
    public var lines: [String] {
        guard let last, hops > 0 else { return ["the recording has no samples"] }
        var lines = [
            "followed to \(place(furthest)), beat \(Numeral.fixed(furthest, 1)) of \(Numeral.fixed(score.length, 1)); "
                + "at the end of the recording: \(last.state.rawValue)"
                + (last.state == .waiting ? "" : ", \(place(last.beat))")
        ]
        let shares = FollowingState.allCases.compactMap { state -> String? in
            guard let count = counts[state] else { return nil }
            return "\(state.rawValue) \(Numeral.percent(Double(count) / Double(hops)))"
        }
        lines.append("of \(Numeral.fixed(seconds, 1)) s: " + shares.joined(separator: ", "))
        for (seconds, jump) in jumps {
            lines.append(
                "jump at \(Numeral.fixed(seconds, 2)) s: from \(place(jump.fromBeat)) to \(place(jump.toBeat))")
        }
        if jumpCount > jumps.count { lines.append("and \(jumpCount - jumps.count) more jumps") }
        return lines
    }

    /// "measure 12", or "measure 12 (2nd time)".
    private func place(_ beat: Double) -> String {
        let position = score.position(atBeat: beat)
        let pass = score.passages.indices.contains(position.passage) ? score.passages[position.passage].pass : 1
        let suffix = pass % 100 / 10 == 1 ? "th" : ["th", "st", "nd", "rd"][pass % 10 < 4 ? pass % 10 : 0]
        return "measure \(position.number)" + (pass > 1 ? " (\(pass)\(suffix) time)" : "")
    }
}
