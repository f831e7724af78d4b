import Figures

/// Learned filters in the time domain, magnified, and in the frequency domain: Figures 1 and 3 of Thickstun et al.
/// 2017.
public enum FilterFigure {
    /// - Parameters:
    ///   - filters: drawn in one row each.
    ///   - model: the name of the model, for the title.
    ///   - sampleRate: hertz.
    ///   - highest: the upper end of the frequency axis, in hertz.
    ///   - remark: appended to the note; for example, how the filters were chosen.
    /// - Throws: ``FiguresError/noData(_:)`` if there are no filters.
    public static func figure(
        _ filters: [LearnedFilter], model: String, sampleRate: Double, highest: Double = 3500, remark: String = ""
    ) throws(FiguresError) -> Figure {
        guard !filters.isEmpty, sampleRate > 0 else { throw .noData("no filters were selected") }
        let rows = filters.enumerated().map { index, filter in
            row(
                filter, sampleRate: sampleRate, highest: highest, isFirst: index == 0,
                isLast: index == filters.count - 1)
        }
        return Figure(
            title: "First-layer filters of \(model)",
            note: note(filters, highest: highest, remark: remark),
            rows: rows, width: 820, panelHeight: 58, columnShares: [1, 1, 1])
    }

    private static func note(_ filters: [LearnedFilter], highest: Double, remark: String) -> String {
        var note =
            "Each filter and spectrum has its own scale. Labels: the filter's number and dominant frequency."
        if !remark.isEmpty { note += " \(remark)" }
        let high = filters.filter { $0.spectrum.dominantFrequency ?? 0 > highest }
        if !high.isEmpty {
            let names = high.map { "\($0.index)" }.joined(separator: ", ")
            note += " The largest peak is beyond the axis for \(names)."
        }
        return note
    }

    /// The number of samples in the magnified view of a filter of `width` samples.
    static func magnifiedWidth(_ width: Int) -> Int {
        max(min(width / 4, 1024), min(width, 16))
    }

    private static func row(
        _ filter: LearnedFilter, sampleRate: Double, highest: Double, isFirst: Bool, isLast: Bool
    ) -> [Panel] {
        let weights = filter.weights.map(Double.init)
        let times = weights.indices.map { 1000 * Double($0) / sampleRate }
        let length = 1000 * Double(max(weights.count, 2)) / sampleRate
        let largest = weights.filter(\.isFinite).map(abs).max() ?? 0
        let limit = largest > 0 ? largest * 1.05 : 1
        let amplitude = Axis(domain: -limit...limit, labels: .none)

        let part = magnifiedWidth(weights.count)
        let start = (weights.count - part) / 2
        let middle = start..<start + part
        let magnified =
            1000 * Double(middle.lowerBound) / sampleRate...1000 * Double(max(middle.upperBound, 1)) / sampleRate

        let spectrum = filter.spectrum
        let bins = spectrum.magnitudes.indices.filter { Double($0) * spectrum.binWidth <= highest }
        let peak = bins.map { spectrum.magnitudes[$0] }.filter(\.isFinite).max() ?? 0
        let frequency = spectrum.dominantFrequency.map { "\(Int($0.rounded())) Hz" } ?? "silent"

        func axis(_ title: String, _ domain: ClosedRange<Double>) -> Axis {
            Axis(isLast ? title : nil, domain: domain, labels: isLast ? .numbers : .hidden)
        }
        let thin = SeriesStyle(color: 0, width: 1)
        return [
            Panel(
                isFirst ? "Weights" : nil, sideLabels: ["\(filter.index)", frequency], x: axis("time (ms)", 0...length),
                y: amplitude, marks: [.line(Line(x: times, y: weights, style: thin))]),
            Panel(
                isFirst ? "Centre, magnified" : nil, x: axis("time (ms)", magnified), y: amplitude,
                marks: [.line(Line(x: Array(times[middle]), y: Array(weights[middle]), style: thin))]),
            Panel(
                isFirst ? "Spectrum" : nil, x: axis("frequency (kHz)", 0...highest / 1000),
                y: Axis(domain: 0...(peak > 0 ? peak * 1.05 : 1), labels: .none),
                marks: [
                    .line(
                        Line(
                            x: bins.map { Double($0) * spectrum.binWidth / 1000 },
                            y: bins.map { spectrum.magnitudes[$0] }, style: SeriesStyle(color: 1, width: 1.2)))
                ]),
        ]
    }
}
