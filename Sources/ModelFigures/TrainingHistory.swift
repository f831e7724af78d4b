import Figures
import Foundation

/// The log of a training run, in order of step.
public struct TrainingHistory: Sendable, Equatable {
    /// One line of the log.
    public struct Entry: Sendable, Equatable {
        public var step: Int
        /// The mean loss since the previous line; NaN if the line has none.
        public var loss: Double
        /// The average precision on the probe set, 0...1; nil if the line has none.
        public var probe: Double?

        public init(step: Int, loss: Double, probe: Double? = nil) {
            self.step = step
            self.loss = loss
            self.probe = probe
        }
    }

    public var name: String
    /// Entries in strictly increasing order of step.
    public private(set) var entries: [Entry] = []
    /// The number of lines that could not be parsed, such as the last line of a run that was killed while writing.
    public private(set) var damagedLines = 0

    private struct Record: Decodable {
        var step: Int
        var loss: Double?
        var probe: Double?

        enum CodingKeys: String, CodingKey {
            case step, loss
            case probe = "probe_ap"
        }
    }

    public init(name: String, entries: [Entry]) {
        self.name = name
        for entry in entries { append(entry) }
    }

    /// Parses a log: one JSON object per line, with `step`, `loss` and, on some lines, `probe_ap`.
    ///
    /// Damaged lines are counted and skipped. If the step decreases, because the run was resumed from an older
    /// checkpoint, the new lines replace the old ones.
    public init(name: String, log: some StringProtocol) {
        self.name = name
        let decoder = JSONDecoder()
        for line in log.split(whereSeparator: \.isNewline) {
            let text = line.drop { $0.isWhitespace }
            if text.isEmpty { continue }
            guard let record = try? decoder.decode(Record.self, from: Data(text.utf8)), record.step >= 0 else {
                damagedLines += 1
                continue
            }
            append(Entry(step: record.step, loss: record.loss ?? .nan, probe: record.probe))
        }
    }

    /// Reads a log from a file and names it after the file.
    ///
    /// - Throws: ``FiguresError/unreadable(path:reason:)``; ``FiguresError/malformed(path:reason:)`` if no line is
    ///   usable.
    public init(path: String) throws(FiguresError) {
        let data = try InputData.read(path)
        self.init(name: Self.name(path), log: String(decoding: data, as: UTF8.self))
        guard !entries.isEmpty else {
            throw .malformed(
                path: path,
                reason: damagedLines == 0
                    ? "the log is empty; the run has not reached its first report yet"
                    : "no line is a JSON object with a step; name the .jsonl file beside a checkpoint")
        }
    }

    private mutating func append(_ entry: Entry) {
        while let last = entries.last, last.step >= entry.step { entries.removeLast() }
        entries.append(entry)
    }

    /// The name of a run: "cnn" for "runs/cnn.safetensors.checkpoint.jsonl".
    static func name(_ path: String) -> String {
        var name = URL(fileURLWithPath: path).lastPathComponent
        for ending in [".jsonl", ".checkpoint", ".safetensors"]
        where name.hasSuffix(ending) && name.count > ending.count {
            name.removeLast(ending.count)
        }
        return name
    }
}

/// Reads whole files; errors give the reason as a phrase.
enum InputData {
    static func read(_ path: String) throws(FiguresError) -> Data {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            throw .unreadable(path: path, reason: "there is no such file")
        }
        guard !isDirectory.boolValue else { throw .unreadable(path: path, reason: "it is a folder") }
        do { return try Data(contentsOf: URL(fileURLWithPath: path)) } catch {
            throw .unreadable(path: path, reason: "this user cannot read it")
        }
    }
}
