import Figures
import Foundation

/// The figure of a followed performance: the estimated position over the true one, the error, and the confidence.
public struct FollowingFigure: Sendable {
    /// A period in which the follower was in one state.
    public struct Stretch: Sendable, Equatable {
        /// Seconds of the recording.
        public var times: [Double]
        /// Seconds of the score, as many as there are times.
        public var positions: [Double]
        /// Index into ``FollowingFigure/states``.
        public var state: Int

        public init(times: [Double], positions: [Double], state: Int) {
            self.times = times
            self.positions = positions
            self.state = state
        }
    }

    /// The name of a state and its colour, see ``SeriesStyle/color``.
    public struct State: Sendable, Equatable {
        public var name: String
        public var color: Int
        /// Whether the background has this colour, too.
        public var isMarked: Bool

        public init(name: String, color: Int, isMarked: Bool) {
            self.name = name
            self.color = color
            self.isMarked = isMarked
        }
    }

    public var title: String
    /// Small print.
    public var note: String?
    public var states: [State]
    public var stretches: [Stretch]
    /// The true position in seconds of the recording and of the score, one piece per run without a leap. Empty if it is
    /// unknown.
    public var truth: [[(time: Double, position: Double)]]
    /// Seconds of the recording, and by how many seconds of the score the position is ahead; not finite where the truth
    /// is unknown.
    public var errors: [(time: Double, error: Double)]
    /// Seconds of the recording, and the confidence, 0...1.
    public var confidence: [(time: Double, value: Double)]
    /// Periods of false confidence, in seconds of the recording.
    public var mistakes: [ClosedRange<Double>]
    /// The seconds of the recording that are shown.
    public var times: ClosedRange<Double>

    private static let width = 900.0
    /// The values among which the range of the error panel is chosen, in seconds above and below 0.
    private static let errorLimits = [0.25, 0.5, 1, 2]

    public init(
        title: String, note: String?, states: [State], stretches: [Stretch],
        truth: [[(time: Double, position: Double)]], errors: [(time: Double, error: Double)],
        confidence: [(time: Double, value: Double)], mistakes: [ClosedRange<Double>], times: ClosedRange<Double>
    ) {
        self.title = title
        self.note = note
        self.states = states
        self.stretches = stretches
        self.truth = truth
        self.errors = errors
        self.confidence = confidence
        self.mistakes = mistakes
        self.times = times
    }

    public var figure: Figure {
        var rows = [[positionPanel]]
        var heights = [340.0]
        if errors.contains(where: { $0.error.isFinite }) {
            rows.append([errorPanel])
            heights.append(110)
        }
        rows.append([confidencePanel])
        heights.append(84)
        return Figure(title: title, note: note, rows: rows, width: Self.width, panelHeight: 300, rowHeights: heights)
    }

    // MARK: Panels

    private var positionPanel: Panel {
        var marks: [Mark] = [.regions(Regions(shades, layout: .shaded))]
        for (index, piece) in truth.enumerated() {
            marks.append(
                .line(
                    Line(
                        index == 0 ? "played" : nil, x: piece.map(\.time), y: piece.map(\.position),
                        style: SeriesStyle(color: 5, width: 6))))
        }
        for (index, state) in states.enumerated() {
            var (x, y) = ([Double](), [Double]())
            for stretch in stretches where stretch.state == index {
                x += stretch.times + [.nan]
                y += stretch.positions + [.nan]
            }
            guard !x.isEmpty else { continue }
            marks.append(.line(Line(state.name, x: x, y: y, style: SeriesStyle(color: state.color, width: 1.8))))
        }
        return Panel(
            "Position", x: Axis(domain: times, labels: .hidden), y: Axis("score (s)", isTight: true), marks: marks)
    }

    /// A horizontal line hardly shows its colour, so the background does.
    private var shades: [Regions.Span] {
        stretches.compactMap { stretch in
            guard states.indices.contains(stretch.state), states[stretch.state].isMarked,
                let first = stretch.times.first, let last = stretch.times.last, first <= last
            else { return nil }
            return Regions.Span(first...last, name: "", style: SeriesStyle(color: states[stretch.state].color))
        }
    }

    /// The least limit that holds twice the third quartile of the absolute errors, so that a leap doesn't flatten the
    /// rest.
    private var errorLimit: Double {
        let sorted = errors.map { abs($0.error) }.filter(\.isFinite).sorted()
        let usual = sorted.isEmpty ? 0 : sorted[sorted.count * 3 / 4]
        return Self.errorLimits.first { $0 >= 2 * usual } ?? Self.errorLimits[Self.errorLimits.count - 1]
    }

    private var errorPanel: Panel {
        let limit = errorLimit
        let shown = errors.map { min(max($0.error, -limit), limit) }
        let values = zip(errors, shown).map { $0.error.isFinite ? $1 : .nan }
        return Panel(
            "Error: ahead of the players above, behind below", x: Axis(domain: times, labels: .hidden),
            y: Axis("seconds", domain: -1.15 * limit...1.15 * limit, labels: .places(Self.places(limit))),
            marks: [
                mistakeMark,
                .line(
                    Line(x: [times.lowerBound, times.upperBound], y: [0, 0], style: SeriesStyle(color: 6, width: 0.8))),
                .line(Line(x: errors.map(\.time), y: values, style: SeriesStyle(color: 0, width: 1.2))),
            ], legend: .none)
    }

    private static func places(_ limit: Double) -> [Axis.Place] {
        [-1, 0, 1].map { share in
            let value = share * limit
            return Axis.Place(value, value == 0 ? "0" : (value > 0 ? "+" : "\u{2212}") + "\(abs(value))")
        }
    }

    private var confidencePanel: Panel {
        Panel(
            mistakes.isEmpty ? "Confidence" : "Confidence; false confidence is shaded",
            x: Axis("recording (s)", domain: times), y: Axis(domain: 0...1),
            marks: [
                mistakeMark,
                .line(
                    Line(
                        x: confidence.map(\.time), y: confidence.map(\.value), style: SeriesStyle(color: 2, width: 1.4)
                    )),
            ], legend: .none)
    }

    private var mistakeMark: Mark {
        .regions(Regions(mistakes.map { Regions.Span($0, name: "", style: .red) }, layout: .shaded))
    }
}
