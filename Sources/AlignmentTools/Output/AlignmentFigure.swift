import Figures
import Foundation

/// A figure of an alignment after Figure 2 of Thickstun et al. 2017: local costs with the warping path, the confidence
/// of each measure, and the aligned onsets over the spectrogram of an excerpt.
public struct AlignmentFigure: Sendable {
    /// A suspicious region.
    public struct Region: Sendable, Equatable {
        /// Seconds of the recording.
        public var times: ClosedRange<Double>
        /// Such as "skipped: measures 17-32".
        public var name: String
        /// Colour, see ``SeriesStyle/color``.
        public var color: Int

        public init(times: ClosedRange<Double>, name: String, color: Int) {
            self.times = times
            self.name = name
            self.color = color
        }
    }

    /// A note drawn over the spectrogram.
    public struct Note: Sendable, Equatable {
        /// Seconds of the recording.
        public var start: Double
        public var end: Double
        /// MIDI note number.
        public var pitch: Int

        public init(start: Double, end: Double, pitch: Int) {
            self.start = start
            self.end = end
            self.pitch = pitch
        }
    }

    public var title: String
    /// Subtitle: verdict and method.
    public var note: String
    /// Rows are positions in the score (`y`, beats), columns times in the recording (`x`, seconds).
    public var costs: Heatmap
    /// The warping path's stretches: seconds, beats.
    public var path: [[(time: Double, beat: Double)]]
    /// Beats at which measures begin, and their numbers.
    public var measures: [Axis.Place]
    /// Confidence of each measure, 0...1, with its interval in seconds.
    public var confidence: [(times: ClosedRange<Double>, value: Double)]
    public var regions: [Region]
    /// Rows are pitches (`y`, MIDI note numbers), columns times (`x`, seconds).
    public var spectrogram: Heatmap
    /// Notes outside the excerpt are not drawn.
    public var notes: [Note]

    private static let width = 900.0
    /// Maximum number of lanes for the names of suspicious regions.
    private static let maximumLanes = 6

    public init(
        title: String, note: String, costs: Heatmap, path: [[(time: Double, beat: Double)]], measures: [Axis.Place],
        confidence: [(times: ClosedRange<Double>, value: Double)], regions: [Region], spectrogram: Heatmap,
        notes: [Note]
    ) {
        self.title = title
        self.note = note
        self.costs = costs
        self.path = path
        self.measures = measures
        self.confidence = confidence
        self.regions = regions
        self.spectrogram = spectrogram
        self.notes = notes
    }

    public var figure: Figure {
        var rows = [[costPanel]]
        var heights = [360.0]
        if !confidence.isEmpty {
            rows.append([confidencePanel])
            heights.append(64)
        }
        if !regions.isEmpty {
            rows.append([regionPanel])
            heights.append(Double(lanes) * Regions.laneHeight)
        }
        rows.append([onsetPanel])
        heights.append(300)
        return Figure(title: title, note: note, rows: rows, width: Self.width, panelHeight: 300, rowHeights: heights)
    }

    // MARK: Panels

    private func seconds(_ title: String?, _ domain: ClosedRange<Double>) -> Axis {
        Axis(title, domain: domain)
    }

    private var costPanel: Panel {
        var marks: [Mark] = [.heatmap(costs)]
        for piece in path {
            let (times, beats) = (piece.map(\.time), piece.map(\.beat))
            marks.append(.line(Line(x: times, y: beats, style: SeriesStyle(color: 1, width: 2.2))))
        }
        return Panel(
            "Local cost and warping path", x: Axis("recording (s)", domain: costs.x),
            y: Axis("measure", domain: costs.y, labels: .places(measures)), marks: marks, legend: .none)
    }

    private var confidencePanel: Panel {
        var (x, y) = ([Double](), [Double]())
        for measure in confidence {
            x += [measure.times.lowerBound, measure.times.upperBound]
            y += [measure.value, measure.value]
        }
        return Panel(
            "Confidence of each measure", x: Axis(domain: costs.x, labels: regions.isEmpty ? .numbers : .hidden),
            y: Axis(domain: 0...1),
            marks: [
                .regions(Regions(spans, layout: .shaded)),
                .line(Line(x: x, y: y, style: SeriesStyle(color: 0, width: 1.6))),
            ], legend: .none)
    }

    private var spans: [Regions.Span] {
        regions.map { Regions.Span($0.times, name: $0.name, style: SeriesStyle(color: $0.color)) }
    }

    /// The number of lanes that the regions' names need. Margins make the panel narrower than the figure.
    private var lanes: Int {
        Regions(spans, layout: .lanes).lanes(over: costs.x, width: Self.width - 170, atMost: Self.maximumLanes)
    }

    private var regionPanel: Panel {
        Panel(
            "Suspicions", x: Axis("recording (s)", domain: costs.x),
            y: Axis(domain: 0...1, labels: .none), marks: [.regions(Regions(spans, layout: .lanes))], legend: .none)
    }

    private var onsetPanel: Panel {
        let (times, pitches) = (spectrogram.x, spectrogram.y)
        let visible = notes.filter {
            times.contains($0.start) && pitches.contains(Double($0.pitch))
        }
        var (x, y) = ([Double](), [Double]())
        for note in visible {
            x += [note.start, min(note.end, times.upperBound), .nan]
            y += [Double(note.pitch), Double(note.pitch), .nan]
        }
        let dots = visible.flatMap { [$0.start, .nan] }
        let heights = visible.flatMap { [Double($0.pitch), .nan] }
        var marks: [Mark] = [.heatmap(spectrogram)]
        if !visible.isEmpty {
            marks.append(.line(Line(x: x, y: y, style: SeriesStyle(color: 1, width: 1.4))))
            marks.append(.line(Line(x: dots, y: heights, style: SeriesStyle(color: 1), hasDots: true)))
        }
        return Panel(
            "Onsets of the score over the recording's spectrogram", x: Axis("recording (s)", domain: times),
            y: Axis("note", domain: pitches, labels: .places(Self.octaves(pitches))), marks: marks, legend: .none)
    }

    /// The C of each octave; C4 is middle C, note 60.
    private static func octaves(_ pitches: ClosedRange<Double>) -> [Axis.Place] {
        stride(from: 0, through: 120, by: 12).filter { pitches.contains(Double($0)) }
            .map { Axis.Place(Double($0), "C\($0 / 12 - 1)") }
    }
}
