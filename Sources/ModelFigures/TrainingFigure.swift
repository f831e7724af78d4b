import Figures
import Foundation

/// Training loss and average precision on the probe set against the step, for one or more runs.
public enum TrainingFigure {
    /// - Parameters:
    ///   - runs: one curve each; several are named in a legend.
    ///   - hasLogarithmicLoss: whether the loss axis is logarithmic.
    /// - Throws: ``FiguresError/noData(_:)`` if no run has a finite loss.
    public static func figure(_ runs: [TrainingHistory], hasLogarithmicLoss: Bool = false) throws(FiguresError)
        -> Figure
    {
        guard runs.contains(where: { $0.entries.contains { $0.loss.isFinite } }) else {
            throw .noData("no line of the logs has a finite loss")
        }
        let names = distinctNames(runs)
        let steps = runs.flatMap(\.entries).map { Double($0.step) }
        let domain = 0...max(steps.max() ?? 1, 1)
        let hasProbe = runs.contains { $0.entries.contains { $0.probe?.isFinite ?? false } }

        let losses = runs.enumerated().map { index, run in
            Mark.line(
                Line(
                    runs.count > 1 ? names[index] : nil, x: run.entries.map { Double($0.step) },
                    y: run.entries.map(\.loss), style: .series(index)))
        }
        let loss = Panel(
            "Training loss",
            x: Axis(hasProbe ? nil : "steps", domain: domain, labels: hasProbe ? .hidden : .numbers),
            y: Axis("loss", kind: hasLogarithmicLoss ? .logarithmic : .linear), marks: losses)
        guard hasProbe else {
            return Figure(title: title(runs), note: note(runs), rows: [[loss]], width: 720, panelHeight: 260)
        }

        let probes = runs.enumerated().map { index, run in
            let probed = run.entries.filter { $0.probe != nil }
            return Mark.line(
                Line(
                    x: probed.map { Double($0.step) }, y: probed.map { $0.probe ?? .nan }, style: .series(index),
                    hasDots: probed.count <= 60))
        }
        let probe = Panel(
            "Average precision on the probe set", x: Axis("steps", domain: domain), y: Axis("average precision"),
            marks: probes)
        return Figure(title: title(runs), note: note(runs), rows: [[loss], [probe]], width: 720, panelHeight: 210)
    }

    private static func title(_ runs: [TrainingHistory]) -> String {
        runs.count == 1 ? "Training of \(runs[0].name)" : "Training of \(runs.count) models"
    }

    private static func note(_ runs: [TrainingHistory]) -> String? {
        let best = runs.compactMap { run -> String? in
            let probed = run.entries.filter { $0.probe?.isFinite ?? false }
            guard let top = probed.max(by: { ($0.probe ?? 0) < ($1.probe ?? 0) }), let probe = top.probe else {
                return nil
            }
            let label = runs.count > 1 ? "\(run.name): best" : "Best"
            return "\(label) probe AP \(String(format: "%.3f", probe)) at step \(top.step)"
        }
        return best.isEmpty ? nil : best.joined(separator: "; ") + "."
    }

    /// Appends a number to names that several runs share.
    private static func distinctNames(_ runs: [TrainingHistory]) -> [String] {
        runs.indices.map { index in
            let name = runs[index].name
            let twins = runs.indices.filter { runs[$0].name == name }
            guard twins.count > 1, let place = twins.firstIndex(of: index) else { return name }
            return "\(name) (\(place + 1))"
        }
    }
}
