import Basics
import Glibc
import Music
import Wire

/// Formats the daemon's messages as plain lines for pipes and logs: local time of the sound, event, `key=value` pairs.
///
///     21:03:11.482 on  A4   note=69 velocity=80 confidence=0.98 delay_ms=196
///     21:03:11.982 off A4   note=69 duration_s=0.500
public struct EventFormatter: Sendable {
    /// Formats a Unix time as local time of day; replaceable for tests.
    private let timeOfDay: @Sendable (Double) -> String

    public init(timeOfDay: @escaping @Sendable (Double) -> String = EventFormatter.localTime) {
        self.timeOfDay = timeOfDay
    }

    /// The line for a message, without line ending; nil for messages omitted from plain output.
    /// - Parameter now: the Unix time, for messages without a time of their own.
    public func line(_ message: ServerMessage, now: Double) -> String? {
        switch message {
        case .noteOn(let value):
            let confidence = Numeral.decimal(value.confidence, places: 2)
            return "\(timeOfDay(value.time)) on  \(name(value.note)) note=\(value.note) velocity=\(value.velocity)"
                + " confidence=\(confidence) delay_ms=\(Numeral.decimal(value.delayMilliseconds, places: 0))"
                + (value.expected.map { " expected=\($0 ? "yes" : "no")" } ?? "")
        case .missed(let value):
            return "\(timeOfDay(value.time)) missed \(name(value.note)) note=\(value.note) measure=\(value.measure)"
                + " beat=\(Numeral.decimal(value.beat, places: 3))"
        case .noteOff(let value):
            return "\(timeOfDay(value.time)) off \(name(value.note)) note=\(value.note)"
                + " duration_s=\(Numeral.decimal(value.durationSeconds, places: 3))"
        default:
            return other(message).map { "\(timeOfDay(now)) \($0)" }
        }
    }

    private func other(_ message: ServerMessage) -> String? {
        switch message {
        case .hello(let value):
            "hello server=\(quoted(value.server)) model=\(quoted(value.model?.name ?? "")) epoch=\(value.epoch)"
                + " source=\(quoted(value.source))"
        case .resync(let value):
            "resync active=\(value.active.map(Pitch.name).joined(separator: ","))"
        case .position(let value):
            "position measure=\(value.measure) count=\(Numeral.decimal(value.count, places: 2))"
                + " beat=\(Numeral.decimal(value.beat, places: 3)) tempo_bpm=\(Numeral.decimal(value.tempo, places: 1))"
                + " confidence=\(Numeral.decimal(value.confidence, places: 2))"
        case .followState(let value):
            "follow state=\(value.state.rawValue) confidence=\(Numeral.decimal(value.confidence, places: 2))"
        case .score(let value): score(value.score)
        case .jump(let value):
            "jump from_beat=\(Numeral.decimal(value.fromBeat, places: 3))"
                + " to_beat=\(Numeral.decimal(value.toBeat, places: 3))"
        case .sourceState(let value):
            "source state=\(value.state.rawValue) source=\(quoted(value.source)) detail=\(quoted(value.detail))"
        case .discontinuity(let value):
            "discontinuity epoch=\(value.epoch) lost_frames=\(value.lostFrames) reason=\(quoted(value.reason))"
        case .tuning(let value):
            "tuning a4=\(Numeral.decimal(value.a4, places: 2)) automatic=\(value.isAutomatic)"
        case .overload(let value): "overload skipped_hops=\(value.skippedHops)"
        case .bye(let value): "bye reason=\(quoted(value.reason)) detail=\(quoted(value.detail))"
        default: nil
        }
    }

    private func score(_ score: ScoreDescription?) -> String {
        guard let score else { return "score none" }
        return "score name=\(quoted(score.name)) title=\(quoted(score.title ?? "")) measures=\(score.measures)"
            + " beats=\(Numeral.decimal(score.beats, places: 0)) method=\(quoted(score.method))"
            + " repeats=\(quoted(score.repeats))"
    }

    private func name(_ note: Int) -> String { Pitch.name(note).alignedLeft(4) }

    /// Replaces control characters with spaces, and quotes the text if it is empty or contains spaces.
    private func quoted(_ text: String) -> String {
        let plain = text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : String($0) }.joined()
        return plain.isEmpty || plain.contains(" ") ? "\"\(plain)\"" : plain
    }

    /// Formats a time as `HH:MM:SS.mmm` in the process's time zone.
    public static func localTime(_ time: Double) -> String {
        guard time.isFinite, abs(time) < 1e12 else { return "--:--:--.---" }
        let milliseconds = Int64((time * 1000).rounded(.down))
        var (seconds, rest) = (time_t(milliseconds / 1000), milliseconds % 1000)
        if rest < 0 { (seconds, rest) = (seconds - 1, rest + 1000) }
        var parts = tm()
        localtime_r(&seconds, &parts)
        let fields = [parts.tm_hour, parts.tm_min, parts.tm_sec].map { String($0 + 100).dropFirst() }
        return fields.joined(separator: ":") + "." + String(rest + 1000).dropFirst()
    }
}
