import Basics
import Music
import Wire

/// A `Status` as a table.
public struct StatusTable: Sendable {
    private let status: Status

    public init(_ status: Status) {
        self.status = status
    }

    /// One line per label and value, without a final line ending.
    public var text: String { rows.map { $0.0.alignedLeft(10) + $0.1 }.joined(separator: "\n") }

    /// Labels and values. A row without a label continues the one before it.
    var rows: [(String, String)] {
        [("daemon", daemon), ("source", source)] + sourceDetail + [("model", model)] + modelDetail + tuning + score + [
            ("sounding", sounding), ("level", level), ("delay", delay), ("lost", lost), ("analysed", analysed),
            ("clients", clients), ("cost", cost),
        ]
    }

    private var daemon: String {
        "\(status.server), process \(status.processID), up \(Self.duration(status.uptimeSeconds)),"
            + " epoch \(status.epoch)"
    }

    private var source: String {
        "\(status.source.source): \(status.source.state.rawValue)"
    }

    private var sourceDetail: [(String, String)] {
        var parts: [String] = []
        if !status.source.detail.isEmpty { parts.append(status.source.detail) }
        if let rate = status.source.rate { parts.append("\(rate) Hz") }
        if let channels = status.source.channels { parts.append(Self.count(Int64(channels), "channel")) }
        if let latency = status.source.latencyMilliseconds {
            parts.append("\(Numeral.decimal(latency, places: 1)) ms latency")
        }
        if status.source.state == .running {
            let hasLost = status.source.hasLostPriority == true
            parts.append(
                status.source.isRealTime
                    ? "real-time priority" : hasLost ? "real-time priority lost" : "no real-time priority")
        }
        return parts.isEmpty ? [] : [("", parts.joined(separator: ", "))]
    }

    private var model: String {
        guard let model = status.model else { return "none" }
        return "\(model.name), lookahead \(Numeral.decimal(model.lookaheadMilliseconds, places: 1)) ms,"
            + " \(model.parameters) parameters"
    }

    private var modelDetail: [(String, String)] {
        guard let path = status.model?.path, !path.isEmpty else { return [] }
        return [("", path)]
    }

    private var tuning: [(String, String)] {
        status.tuning.map { [("tuning", TuningSummary($0).text)] } ?? []
    }

    private var score: [(String, String)] {
        guard let score = status.score else { return [("score", "none")] }
        let title = score.title.map { "\($0) (\(score.name))" } ?? score.name
        var rows = [
            (
                "score",
                "\(title), \(Self.count(Int64(score.measures), "measure")),"
                    + " \(Numeral.decimal(score.beats, places: 0)) beats,"
                    + " \(Self.duration(score.durationSeconds)) at the notated tempo"
            ), ("", "method \(score.method), repeats \(score.repeats)"),
        ]
        if !score.path.isEmpty { rows.append(("", score.path)) }
        if let follow = status.follow { rows.append(("following", following(follow))) }
        let counters = status.counters
        rows.append(
            (
                "notes",
                "\(counters.expectedNotes) correct, \(counters.unexpectedNotes) wrong, \(counters.missedNotes) missed,"
                    + " \(Self.count(counters.jumps, "jump"))"
            ))
        return rows
    }

    private func following(_ follow: Status.Follow) -> String {
        let position = follow.position
        return "\(follow.isPaused ? "paused" : follow.state.rawValue), measure \(position.measure) beat"
            + " \(Numeral.decimal(position.count, places: 1))"
            + " at \(Numeral.decimal(position.countTempo, places: 0)) bpm,"
            + " confidence \(Numeral.decimal(position.confidence, places: 2)),"
            + " \(Numeral.decimal(follow.hopMilliseconds, places: 3)) ms per hop"
    }

    private var sounding: String {
        status.notes.isEmpty ? "nothing" : status.notes.map(Pitch.name).joined(separator: " ")
    }

    private var level: String {
        "\(Numeral.decimal(status.level.rms, places: 1)) dB, peak \(Numeral.decimal(status.level.peak, places: 1)) dB"
    }

    private var delay: String {
        let delay = status.delay
        guard delay.count > 0 else { return "no notes yet" }
        let quantiles = [("median", delay.median), ("90%", delay.p90), ("99%", delay.p99), ("max", delay.maximum)]
        let texts = quantiles.map { "\($0.0) \(Numeral.decimal($0.1, places: 1))" }
        return
            "\(texts.joined(separator: ", ")) ms plus the model's lookahead,"
            + " over \(Self.count(Int64(delay.count), "note"))"
    }

    private var lost: String {
        let counters = status.counters
        let parts = [
            counters.lostFrames > 0
                ? "\(Numeral.decimal(Double(counters.lostFrames) / 44_100, places: 2)) s of audio" : "",
            counters.overruns > 0 ? Self.count(counters.overruns, "overrun") : "",
            counters.skippedHops > 0 ? Self.count(counters.skippedHops, "hop") + " skipped" : "",
            counters.discontinuities > 0
                ? Self.count(counters.discontinuities, "discontinuity", "discontinuities") : "",
            counters.reconnects > 0 ? Self.count(counters.reconnects, "reconnection") : "",
        ]
        let text = parts.filter { !$0.isEmpty }.joined(separator: ", ")
        return text.isEmpty ? "nothing" : text
    }

    private var analysed: String {
        let counters = status.counters
        return "\(Self.count(counters.hops, "hop")) (\(silence)),"
            + " \(Self.count(counters.notes, "note"))"
    }

    private var silence: String {
        let counters = status.counters
        let late = counters.lateHops.map { $0 > 0 ? ", \($0) late" : "" } ?? ""
        return "\(counters.silentHops) silent" + late
    }

    private var clients: String {
        let counters = status.counters
        return
            "\(status.clients) now, \(counters.connections) in total, \(counters.droppedClients) dropped as too slow,"
            + " \(counters.resyncs) resynchronised, \(Self.count(counters.refusedLines, "line")) rejected"
    }

    private var cost: String {
        "\(Numeral.decimal(status.cpu.percent, places: 1))% of one core,"
            + " \(Numeral.decimal(status.cpu.analysisPercent, places: 1))% for analysis,"
            + " \(Numeral.decimal(Double(status.cpu.residentBytes) / 1e6, places: 0)) MB"
    }

    private static func count(_ number: Int64, _ noun: String, _ plural: String? = nil) -> String {
        "\(number) \(number == 1 ? noun : plural ?? noun + "s")"
    }

    /// A duration such as "3 d 4 h", "2 h 5 min" or "12 s".
    static func duration(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds >= 0, seconds < 1e12 else { return "?" }
        let whole = Int(seconds)
        switch whole {
        case 86_400...: return "\(whole / 86_400) d \(whole % 86_400 / 3600) h"
        case 3600...: return "\(whole / 3600) h \(whole % 3600 / 60) min"
        case 60...: return "\(whole / 60) min \(whole % 60) s"
        default: return "\(whole) s"
        }
    }
}

/// A one-line summary of a loaded score.
public struct ScoreSummary: Sendable {
    private let score: ScoreDescription

    public init(_ score: ScoreDescription) {
        self.score = score
    }

    /// Such as "loaded prelude.mid: 35 measures, 140 beats, 2 min 11 s at the notated tempo; following method
    /// 'standard'".
    public var text: String {
        let title = score.title.map { ", \($0)" } ?? ""
        let labels = score.labels.isEmpty ? "" : "; rehearsal marks \(score.labels.joined(separator: ", "))"
        return
            "loaded \(score.name)\(title): \(score.measures) measures,"
            + " \(Numeral.decimal(score.beats, places: 0)) beats,"
            + " \(StatusTable.duration(score.durationSeconds)) at the notated tempo\(labels);"
            + " following method '\(score.method)'"
    }
}
