import Capture
import Following
import FollowingSounds
import Foundation
import Logging
import Sound
import WebListener
import Yams

/// Reads a configuration file: YAML, one mapping of keys to values.
///
/// YAML is familiar to administrators and allows comments, and Yams reports the line of every value. Aliases, tags and
/// multiple documents are not used. An empty file is valid.
public struct ConfigurationFile: Sendable {
    /// A key at the file's top level.
    enum Key: String, CaseIterable {
        case source, channel, model, score, follow, a4, socket, http, thresholds, capture
        case logLevel = "log_level"
        case maximumClients = "max_clients"
        case clientQueue = "client_queue"
    }

    /// A key under `thresholds`.
    enum ThresholdKey: String, CaseIterable {
        case on, off, onset
        case minimumDuration = "minimum_duration"
        case gate
    }

    /// A key under `follow`.
    enum FollowKey: String, CaseIterable {
        case method, repeats, soundfont
    }

    /// A key under `capture`.
    enum CaptureKey: String, CaseIterable {
        case fragment, realtime
        case stallAfter = "stall_after"
        case pulseServer = "pulse_server"
    }

    /// The names of all keys, as in ``Settings/keys``.
    static var keyNames: [String] {
        Key.allCases.flatMap { key in
            let below = keys(below: key)
            return below.isEmpty ? [key.rawValue] : below.map { "\(key.rawValue).\($0)" }
        }
    }

    private static func keys(below key: Key) -> [String] {
        switch key {
        case .thresholds: ThresholdKey.allCases.map(\.rawValue)
        case .follow: FollowKey.allCases.map(\.rawValue)
        case .capture: CaptureKey.allCases.map(\.rawValue)
        default: []
        }
    }

    private let path: String

    /// Maximum size of a file in bytes: a mistaken path, such as a device, must not fill the memory.
    private static let sizeLimit = 1 << 20

    /// The settings in the file at `path`.
    ///
    /// - Throws: ``DaemonError/configurationUnreadable(path:reason:)`` or, naming line and key,
    ///   ``DaemonError/configuration(path:line:reason:)``.
    public static func read(_ path: String) throws(DaemonError) -> Settings {
        guard let file = FileHandle(forReadingAtPath: path),
            let data = try? file.read(upToCount: sizeLimit + 1) ?? Data()
        else {
            let exists = FileManager.default.fileExists(atPath: path)
            throw .configurationUnreadable(
                path: path,
                reason: exists ? "it is a directory, or this user may not read it" : "the file does not exist")
        }
        guard data.count <= sizeLimit else {
            throw .configuration(path: path, line: nil, reason: "the file is larger than \(sizeLimit) bytes")
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw .configuration(path: path, line: nil, reason: "the file is not UTF-8 text")
        }
        return try parse(text, path: path)
    }

    /// The settings in `text`; `path` is used only in messages.
    public static func parse(_ text: String, path: String) throws(DaemonError) -> Settings {
        if let (line, reason) = KeyNesting.excess(in: text) {
            throw .configuration(path: path, line: line, reason: reason)
        }
        let root: Node?
        do { root = try Yams.compose(yaml: text) } catch let error as YamlError {
            throw syntaxError(error, path: path)
        } catch {
            throw .configuration(path: path, line: nil, reason: "invalid YAML: \(error)")
        }
        guard let root, !Self.isNull(root) else { return Settings() }
        return try ConfigurationFile(path: path).settings(root)
    }

    private func settings(_ root: Node) throws(DaemonError) -> Settings {
        guard case .mapping(let mapping) = root else {
            throw error(root, "the file must hold 'key: value' lines, such as 'source: pulse'")
        }
        var settings = Settings()
        for (keyNode, value) in mapping {
            switch try key(keyNode, of: Key.self, within: nil) {
            case .source: settings.source = try source(value)
            case .channel: settings.channel = try channel(value)
            case .model: settings.model = try path(value, "model")
            case .score: settings.score = try path(value, "score")
            case .follow: settings.follow = try follow(value)
            case .a4: settings.tuning = try tuning(value)
            case .socket: settings.socket = try path(value, "socket")
            case .http: settings.http = try http(value)
            case .thresholds: settings.thresholds = try thresholds(value)
            case .capture: settings.capture = try capture(value)
            case .logLevel: settings.logLevel = try logLevel(value)
            case .maximumClients: settings.maximumClients = try integer(value, "max_clients", in: 1...1000)
            case .clientQueue: settings.clientQueue = try integer(value, "client_queue", in: 16_384...67_108_864)
            }
        }
        return settings
    }

    private func follow(_ node: Node) throws(DaemonError) -> FollowSettings {
        var result = FollowSettings()
        if Self.isNull(node) { return result }
        guard case .mapping(let mapping) = node else {
            throw error(node, "'follow' must hold indented 'key: value' lines, such as 'repeats: nearest'")
        }
        for (keyNode, value) in mapping {
            switch try key(keyNode, of: FollowKey.self, within: "follow") {
            case .method: result.method = try choice(value, "method")
            case .repeats: result.repeats = try choice(value, "repeats")
            case .soundfont: result.soundFont = try soundFont(value)
            }
        }
        return result
    }

    private func capture(_ node: Node) throws(DaemonError) -> CaptureSettings {
        var result = CaptureSettings()
        if Self.isNull(node) { return result }
        guard case .mapping(let mapping) = node else {
            throw error(node, "'capture' must hold indented 'key: value' lines, such as 'fragment: 0.01'")
        }
        for (keyNode, value) in mapping {
            switch try key(keyNode, of: CaptureKey.self, within: "capture") {
            case .fragment: result.fragment = try number(value, "fragment", in: 0.001...0.5)
            case .stallAfter: result.stallAfter = try number(value, "stall_after", in: 0.1...60)
            case .realtime: result.realTime = try truth(value, "realtime")
            case .pulseServer: result.pulseServer = try text(value, "pulse_server", "a server address")
            }
        }
        return result
    }

    private func thresholds(_ node: Node) throws(DaemonError) -> ThresholdSettings {
        var result = ThresholdSettings()
        if Self.isNull(node) { return result }
        guard case .mapping(let mapping) = node else {
            throw error(node, "'thresholds' must hold indented 'key: value' lines, such as 'on: 0.4'")
        }
        var offNode: Node?
        for (keyNode, value) in mapping {
            switch try key(keyNode, of: ThresholdKey.self, within: "thresholds") {
            case .on: result.on = try number(value, "on", in: 0...1)
            case .off:
                result.off = try number(value, "off", in: 0...1)
                offNode = value
            case .onset: result.onset = try number(value, "onset", in: 0...1)
            case .minimumDuration: result.minimumDuration = try number(value, "minimum_duration", in: 0...5)
            case .gate: result.gateDBFS = try number(value, "gate", in: -200...0)
            }
        }
        if let on = result.on, let off = result.off, let offNode, off > on {
            throw error(offNode, "'off' is \(off), but must not exceed 'on', which is \(on)")
        }
        return result
    }
}

extension ConfigurationFile {
    private func key<K: RawRepresentable & CaseIterable>(
        _ node: Node, of keys: K.Type, within parent: String?
    ) throws(DaemonError) -> K where K.RawValue == String {
        if let name = node.scalar?.string, let key = K(rawValue: name) { return key }
        let place = parent.map { " under '\($0)'" } ?? ""
        let known = K.allCases.map(\.rawValue)
        let hint = Self.hint(node.scalar?.string ?? "", among: known, within: parent)
        throw error(
            node,
            "'\(Self.excerpt(node))' is not a valid key\(place)\(hint); the keys are \(known.joined(separator: ", "))")
    }

    /// A clause that names the key that was probably meant: one with a similar name, or one in another place.
    private static func hint(_ name: String, among known: [String], within parent: String?) -> String {
        if let nearest = Spelling.nearest(to: name, among: known) { return " (did you mean '\(nearest)'?)" }
        if parent != nil, Key(rawValue: name) != nil { return " ('\(name)' belongs at the top level)" }
        let owner = Key.allCases.first { keys(below: $0).contains(name) }
        return owner.map { " ('\(name)' belongs under '\($0.rawValue)')" } ?? ""
    }

    private func text(_ node: Node, _ key: String, _ expected: String) throws(DaemonError) -> String {
        guard let text = node.scalar?.string, !text.isEmpty, !Self.isNull(node) else {
            throw error(node, "'\(key)' is \(Self.excerpt(node)); it must be \(expected)")
        }
        return text
    }

    private func path(_ node: Node, _ key: String) throws(DaemonError) -> String {
        let text = try text(node, key, "a path")
        if text.hasPrefix("~/") { return NSHomeDirectory() + text.dropFirst(1) }
        return text
    }

    private func source(_ node: Node) throws(DaemonError) -> SourceSpec {
        let text = try text(node, "source", "pulse[:NAME], alsa[:PCM], file:PATH, stdin or none")
        do { return try SourceSpec(parsing: text) } catch { throw self.error(node, "'source': \(error)") }
    }

    private func http(_ node: Node) throws(DaemonError) -> WebAddress {
        let text = try text(node, "http", "an address and a port, such as 127.0.0.1:9464")
        do { return try WebAddress(parsing: text) } catch { throw self.error(node, "'http': \(error)") }
    }

    private func channel(_ node: Node) throws(DaemonError) -> ChannelChoice {
        guard let choice = node.scalar.flatMap({ ChannelChoice(parsing: $0.string) }) else {
            throw error(
                node,
                "'channel' is \(Self.excerpt(node)), but must be auto, mix, left, right or a channel number from 1 to "
                    + "\(ChannelChoice.limit)")
        }
        return choice
    }

    private func soundFont(_ node: Node) throws(DaemonError) -> String {
        let name = try path(node, "soundfont")
        do throws(FollowingError) {
            _ = try NoteSounds.named(name)
        } catch {
            throw self.error(
                node,
                "'soundfont': cannot read '\(Self.excerpt(node))'; use the path of a soundfont, or the "
                    + "name of an installed one, such as FluidR3_GM.sf2")
        }
        return name
    }

    private func choice<C: RawRepresentable & CaseIterable>(
        _ node: Node, _ key: String
    ) throws(DaemonError) -> C where C.RawValue == String {
        let known = C.allCases.map(\.rawValue).joined(separator: ", ")
        let text = try text(node, key, "one of \(known)")
        guard let choice = C(rawValue: text) else {
            throw error(node, "'\(key)' is '\(Self.excerpt(node))', but must be one of \(known)")
        }
        return choice
    }

    private func logLevel(_ node: Node) throws(DaemonError) -> Logger.Level {
        let levels = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
        let text = try text(node, "log_level", "one of \(levels)")
        guard let level = Logger.Level(rawValue: text) else {
            throw error(node, "'log_level' is '\(Self.excerpt(node))', but must be one of \(levels)")
        }
        return level
    }

    private func tuning(_ node: Node) throws(DaemonError) -> TuningSetting {
        guard let text = node.scalar?.string, let tuning = TuningSetting(text) else {
            throw error(
                node,
                "'a4' is \(Self.excerpt(node)), but must be a number from 415 to 466, the frequency of A4 in hertz, or "
                    + "auto to estimate it")
        }
        return tuning
    }

    private func integer(_ node: Node, _ key: String, in range: ClosedRange<Int>) throws(DaemonError) -> Int {
        guard let text = node.scalar?.string, let value = Int(text), range.contains(value) else {
            throw error(
                node,
                "'\(key)' is \(Self.excerpt(node)), but must be a whole number from \(range.lowerBound) to "
                    + "\(range.upperBound)")
        }
        return value
    }

    private func number(_ node: Node, _ key: String, in range: ClosedRange<Double>) throws(DaemonError) -> Double {
        guard let text = node.scalar?.string, let value = Double(text), range.contains(value) else {
            throw error(
                node,
                "'\(key)' is \(Self.excerpt(node)), but must be a number from \(range.lowerBound) to "
                    + "\(range.upperBound)")
        }
        return value
    }

    private func truth(_ node: Node, _ key: String) throws(DaemonError) -> Bool {
        switch node.scalar?.string {
        case "true", "yes": true
        case "false", "no": false
        default: throw error(node, "'\(key)' is \(Self.excerpt(node)), but must be true or false")
        }
    }

    private func error(_ node: Node, _ reason: String) -> DaemonError {
        .configuration(path: path, line: node.mark?.line, reason: reason)
    }

    private static func isNull(_ node: Node) -> Bool { node.null != nil }

    private static func excerpt(_ node: Node) -> String {
        switch node {
        case .scalar(let scalar) where scalar.string.isEmpty: "empty"
        case .scalar(let scalar): scalar.string.count > 40 ? scalar.string.prefix(40) + "..." : scalar.string
        case .mapping: "a mapping"
        case .sequence: "a list"
        case .alias: "an alias"
        }
    }

    private static func syntaxError(_ error: YamlError, path: String) -> DaemonError {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            .configuration(path: path, line: mark.line, reason: "invalid YAML: \(problem)")
        case .duplicatedKeysInMapping(let duplicates, let context):
            .configuration(
                path: path, line: context.mark.line,
                reason: "duplicate key: \(duplicates.map(\.description).sorted().joined(separator: ", "))")
        case .reader(let problem, _, _, _):
            .configuration(path: path, line: nil, reason: "invalid YAML: \(problem)")
        default:
            .configuration(path: path, line: nil, reason: "invalid YAML: \(error)")
        }
    }
}
