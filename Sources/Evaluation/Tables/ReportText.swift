import Basics

/// Plain text in the style of the paper's tables for one model's report, and remarks on the data.
public enum ReportText {
    /// The tables of one report: each recording and all of them, then frames by their number of labels.
    public static func text(_ stored: StoredReport, design: PaperProtocol = PaperProtocol()) -> String {
        let report = stored.report
        let title =
            "\(report.representation) (\(report.model)), window \(Numeral.grouped(report.window)), threshold "
            + "\(Numeral.fixed(report.threshold, 3)): \(stored.provenance.threshold.origin)"
        var remarks = remarks([stored], design: design)
        if let last = report.byLabelCount.dropFirst(labelRows).last {
            remarks += "\nSome frames have more labels, up to \(last.name); --json lists all."
        }
        return [title, recordings(report).text, labels(report).text, remarks].joined(separator: "\n\n")
    }

    /// The number of rows in the table of frames by labels.
    private static let labelRows = 10

    private static func recordings(_ report: ModelReport) -> TextTable {
        var table = TextTable(
            columns: [.init(title: "Recording", isNumber: false)]
                + [
                    "Frames", "Labels", "Precision", "Recall", "Average Precision", "Acc", "Etot", "Esub", "Emiss",
                    "Efa",
                ]
                .map { .init(title: $0) })
        let errors = report.recordingMultiPitch ?? []
        for (index, subset) in report.recordings.enumerated() {
            table.rows.append(
                cells(subset) + (errors.indices.contains(index) ? cells(errors[index]) : ["", "", "", "", ""]))
        }
        table.rows += [[], cells(report.all) + cells(report.multiPitch)]
        return table
    }

    private static func labels(_ report: ModelReport) -> TextTable {
        TextTable(
            columns: [.init(title: "Frames with", isNumber: false)]
                + ["Frames", "Labels", "Precision", "Recall", "Average Precision"].map { .init(title: $0) },
            rows: report.byLabelCount.prefix(labelRows).map(cells))
    }

    private static func cells(_ subset: ModelReport.Subset) -> [String] {
        [
            subset.name, Numeral.grouped(subset.frames), Numeral.grouped(subset.labels),
            Numeral.percent(subset.precision), Numeral.percent(subset.recall),
            Numeral.percent(subset.averagePrecision),
        ]
    }

    private static func cells(_ errors: ModelReport.MultiPitch) -> [String] {
        [Numeral.percent(errors.accuracy)]
            + [errors.totalError, errors.substitution, errors.miss, errors.falseAlarm].map(Decimals.error)
    }

    /// The number of frames and the origin of the thresholds, a sentence per line.
    ///
    /// - Parameter reports: all of the same dataset.
    public static func remarks(
        _ reports: [StoredReport], comparesPaper: Bool = false, design: PaperProtocol = PaperProtocol()
    ) -> String {
        var lines: [String] = []
        if let report = reports.first?.report {
            let short = report.recordings.filter { $0.frames < design.count }
            var line = "\(count(report.recordings.count, "recording")), \(count(report.all.frames, "frame"))"
            if !short.isEmpty {
                let mean = short.reduce(0) { $0 + $1.frames } / short.count
                line +=
                    "; \(Numeral.grouped(short.count)) shorter than 91 s, with \(Numeral.grouped(mean)) frames on"
                    + " average instead of \(Numeral.grouped(design.count))"
            }
            lines.append(line + ".")
        }
        let origins = Set(reports.map { $0.provenance.threshold.training?.dataset })
        if origins.contains(nil) {
            lines.append(
                "Thresholds are the models' own. --thresholds-on chooses them on training data, as the paper does."
            )
        } else if reports.count > 1, let training = reports.first?.provenance.threshold.training {
            lines.append(
                "Thresholds: best F1 on \(Numeral.grouped(training.windows)) random windows of "
                    + "\(Numeral.grouped(training.recordings)) training recordings.")
        }
        if comparesPaper {
            lines.append(
                "The paper's figures (Thickstun, Harchaoui and Kakade 2017) are for three MusicNet recordings. On "
                    + "other data only the order of the rows is comparable.")
        }
        return lines.joined(separator: "\n")
    }

    private static func count(_ number: Int, _ name: String) -> String {
        "\(Numeral.grouped(number)) \(name)\(number == 1 ? "" : "s")"
    }
}
