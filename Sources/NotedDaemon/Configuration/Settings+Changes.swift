import Capture
import Wire

extension Settings {
    /// When a changed value takes effect.
    enum Effect: Sendable {
        /// With a reload.
        case reload
        /// When a source is opened after a reload: on a client's request, or after a restart.
        case nextSource
        /// When the daemon starts again.
        case restart
    }

    /// A key of the configuration file, and what a reload does about it.
    struct Key: Sendable {
        /// As in messages: "follow.method" for `method` under `follow`.
        let name: String
        let effect: Effect
        /// Whether two settings have different values.
        let differs: @Sendable (Settings, Settings) -> Bool

        init<Value: Equatable & SendableMetatype>(
            _ name: String, _ effect: Effect, _ path: any KeyPath<Settings, Value> & Sendable
        ) {
            self.name = name
            self.effect = effect
            differs = { $0[keyPath: path] != $1[keyPath: path] }
        }
    }

    /// Every key of the configuration file.
    static let keys: [Key] = [
        Key("source", .restart, \.source),
        Key("channel", .nextSource, \.channel),
        Key("model", .restart, \.model),
        Key("score", .reload, \.score),
        Key("follow.method", .reload, \.follow.method),
        Key("follow.repeats", .reload, \.follow.repeats),
        Key("follow.soundfont", .reload, \.follow.soundFont),
        Key("a4", .reload, \.tuning),
        Key("socket", .restart, \.socket),
        Key("http", .restart, \.http),
        Key("log_level", .reload, \.logLevel),
        Key("max_clients", .restart, \.maximumClients),
        Key("client_queue", .restart, \.clientQueue),
        Key("thresholds.on", .reload, \.thresholds.on),
        Key("thresholds.off", .reload, \.thresholds.off),
        Key("thresholds.onset", .reload, \.thresholds.onset),
        Key("thresholds.minimum_duration", .reload, \.thresholds.minimumDuration),
        Key("thresholds.gate", .reload, \.thresholds.gateDBFS),
        Key("capture.fragment", .nextSource, \.capture.fragment),
        Key("capture.stall_after", .nextSource, \.capture.stallAfter),
        Key("capture.realtime", .nextSource, \.capture.realTime),
        Key("capture.pulse_server", .nextSource, \.capture.pulseServer),
    ]

    /// The values of keys that have a fixed default. The model decides on thresholds; the others are nil.
    static let defaults = Settings(
        source: .pulse(nil), follow: FollowSettings(method: .standard, repeats: .scoreOrder), tuning: .automatic,
        logLevel: .info,
        maximumClients: Publisher.Settings(server: "").maximumClients, clientQueue: ClientSession.Limits().queue,
        channel: CaptureOptions().channel,
        capture: CaptureSettings(
            fragment: CaptureOptions().fragment.asSeconds, stallAfter: CaptureOptions().stallAfter.asSeconds,
            realTime: CaptureOptions().realTime))
}

extension ReloadReport {
    /// What a reload of `files` has changed.
    ///
    /// - Parameters:
    ///   - old: the settings in force before the reload.
    ///   - new: those in force now.
    ///   - initial: those with which the daemon started.
    init(files: [String], from old: Settings, to new: Settings, startedWith initial: Settings) {
        func names(_ effect: Settings.Effect, since other: Settings) -> [String] {
            let (before, after) = (Settings.defaults.overridden(by: other), Settings.defaults.overridden(by: new))
            return Settings.keys.filter { $0.effect == effect && $0.differs(before, after) }.map(\.name)
        }
        self.init(
            files: files, changed: names(.reload, since: old), nextSource: names(.nextSource, since: old),
            restart: names(.restart, since: initial))
    }
}

extension Duration {
    fileprivate var asSeconds: Double { self / .seconds(1) }
}
