import Basics
import Figures
import Foundation

/// Histograms over frequency of the notes of a dataset and of the filters that a network learned from it: Figure 5 of
/// Thickstun et al. 2017.
public enum FrequencyFigure {
    /// The fundamental frequency of a MIDI note in hertz, equal temperament, A4 = 440 Hz.
    public static func frequency(ofNote note: Int) -> Double {
        440 * pow(2, Double(note - 69) / 12)
    }

    /// - Parameters:
    ///   - notes: the fundamental frequency of every labelled note, in hertz.
    ///   - filters: the dominant frequency of every filter, in hertz; nil draws the notes alone.
    ///   - dataset: the name in the title of the left panel.
    ///   - model: the name in the title of the right panel.
    ///   - highest: the upper end of the axis, in hertz.
    ///   - binWidth: the bin width of the histograms, in hertz.
    /// - Throws: ``FiguresError/noData(_:)`` if there are no notes or no filters below `highest`;
    ///   ``FiguresError/invalid(_:)`` for invalid bins.
    public static func figure(
        notes: [Double], filters: [Double]?, dataset: String, model: String?, highest: Double = 3500,
        binWidth: Double = 100
    ) throws(FiguresError) -> Figure {
        guard highest > 0, binWidth > 0, highest / binWidth >= 1, highest / binWidth <= 2000 else {
            throw .invalid("a histogram up to \(highest) Hz in bins of \(binWidth) Hz")
        }
        let left = try panel(notes, "Notes in \(dataset)", "notes", SeriesStyle.blue, highest, binWidth)
        guard let filters else {
            return Figure(
                title: "Frequencies of notes", note: note(notes, "notes", highest), rows: [[left]], width: 560,
                panelHeight: 280)
        }
        let right = try panel(
            filters, "Filters of \(model ?? "the model")", "filters", SeriesStyle.red, highest, binWidth)
        return Figure(
            title: "Frequencies of notes and of learned filters",
            note: note(notes, "notes", highest) + " " + note(filters, "filters", highest), rows: [[left, right]],
            width: 860, panelHeight: 260)
    }

    private static func panel(
        _ values: [Double], _ title: String, _ unit: String, _ style: SeriesStyle, _ highest: Double, _ binWidth: Double
    ) throws(FiguresError) -> Panel {
        // The last bin may extend beyond `highest`; equal bin widths keep the bars comparable.
        let bins = Int((highest / binWidth).rounded(.up))
        let range = 0...Double(bins) * binWidth
        let counts = Bars.counts(of: values, in: range, bins: bins)
        guard let most = counts.max(), most > 0 else { throw .noData("no \(unit) below \(Int(highest)) Hz") }
        let isThousands = most >= 5000
        let heights = counts.map { Double($0) / (isThousands ? 1000 : 1) }
        return Panel(
            title, x: Axis("frequency (kHz)", domain: 0...range.upperBound / 1000),
            y: Axis(unit + (isThousands ? " (thousands)" : ""), includesZero: true),
            marks: [.bars(.histogram(heights: heights, over: 0...range.upperBound / 1000, style: style))])
    }

    /// A sentence with the number of values, and how many of them are below 20 Hz or off the axis.
    private static func note(_ values: [Double], _ unit: String, _ highest: Double) -> String {
        let inaudible = values.count { $0 < 20 }
        let outside = values.count { !$0.isFinite || $0 > highest }
        var parts = ["\(Numeral.grouped(values.count)) \(unit)"]
        if inaudible > 0 {
            parts.append("\(Numeral.grouped(inaudible)) of them below 20 Hz (inaudible)")
        }
        if outside > 0 {
            parts.append("\(Numeral.grouped(outside)) \(inaudible > 0 ? "" : "of them ")above \(Int(highest)) Hz")
        }
        return parts.joined(separator: ", ") + "."
    }
}
