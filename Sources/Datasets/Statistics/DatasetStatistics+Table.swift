import Basics

extension DatasetStatistics {
    /// The paper's Table 1 as text; without metadata, composers and ensembles are omitted.
    public var table: String {
        var total = TextTable(
            columns: TextTable.Column.numbers("Minutes", "Labels", "Recordings", "Label classes"), hasRule: false)
        total.rows = [
            [Self.minutes(minutes, of: minutes)] + [labels, recordings, classes].map(Numeral.grouped)
        ]
        var parts = [total.text]
        if let composers { parts.append(table("Composer", composers)) }
        if let ensembles { parts.append(table("Ensemble", ensembles)) }
        var players = TextTable(
            columns: [.words("Instrument")] + TextTable.Column.numbers("Minutes", "Labels", "Recordings", "Notes"),
            hasRule: false)
        players.rows = instruments.map { row in
            [row.name, Self.minutes(row.minutes, of: minutes)]
                + [row.labels, row.recordings, row.notes].map(Numeral.grouped)
        }
        return (parts + [players.text]).joined(separator: "\n\n")
    }

    private func table(_ title: String, _ groups: [Group]) -> String {
        var table = TextTable(
            columns: [.words(title)] + TextTable.Column.numbers("Minutes", "Labels", "Recordings"), hasRule: false)
        table.rows = groups.map { group in
            [group.name, Self.minutes(group.minutes, of: minutes)]
                + [group.labels, group.recordings].map(Numeral.grouped)
        }
        return table.text
    }

    /// Whole minutes, as in the paper; one decimal for small datasets.
    private static func minutes(_ minutes: Double, of total: Double) -> String {
        Numeral.fixed(minutes, total >= 100 ? 0 : 1)
    }
}
