/// The result of `config.reload`: the files that were read, and what became of the keys whose values have changed. A
/// key below another one is written with a dot: `follow.method`.
public struct ReloadReport: Hashable, Sendable, Decodable, JSONWritable {
    /// The paths of the files that were read, in order.
    public var files: [String]
    /// Keys whose new values are in force.
    public var changed: [String]
    /// Keys whose new values apply to sources that are opened from now on.
    public var nextSource: [String]
    /// Keys whose new values require a restart of the daemon.
    public var restart: [String]

    public init(files: [String], changed: [String] = [], nextSource: [String] = [], restart: [String] = []) {
        self.files = files
        self.changed = changed
        self.nextSource = nextSource
        self.restart = restart
    }

    enum CodingKeys: String, CodingKey {
        case files, changed, restart
        case nextSource = "next_source"
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("files", files)
        writer.member("changed", changed)
        writer.member("next_source", nextSource)
        writer.member("restart", restart)
        writer.endObject()
    }
}

extension ReloadReport {
    /// A sentence for each member that isn't empty, without a period.
    public var sentences: [String] {
        func list(_ names: [String]) -> String { names.joined(separator: ", ") }
        var result = [files.isEmpty ? "read no configuration file: there is none" : "read " + list(files)]
        if !changed.isEmpty { result.append("changed " + list(changed)) }
        if !nextSource.isEmpty { result.append("sources opened from now on use the new " + list(nextSource)) }
        if !restart.isEmpty { result.append("restart noted to change " + list(restart)) }
        if changed.isEmpty, nextSource.isEmpty, restart.isEmpty { result.append("nothing has changed") }
        return result
    }
}
