import Alignment
import Foundation

/// When the onsets of a score were played in a recording, as somebody else knows it.
public struct OnsetReference: Sendable, Equatable {
    public struct Onset: Sendable, Hashable {
        /// Beats along the score.
        public var beat: Double
        /// Seconds from the beginning of the recording.
        public var time: Double

        public init(beat: Double, time: Double) {
            self.beat = beat
            self.time = time
        }
    }

    /// In the order of the recording; of a chord, that is of rows with the same beat one after another, only the first note.
    public let onsets: [Onset]

    public init(onsets: [Onset]) {
        var kept: [Onset] = []
        for onset in onsets where onset.beat != kept.last?.beat { kept.append(onset) }
        self.onsets = kept
    }

    /// Reads a CSV file whose title line has the columns `score_beat` and `perf_time` (others are ignored).
    ///
    /// - Throws: `AlignmentError.unreadable`, `.badReference`.
    public init(path: String) throws(AlignmentError) {
        let text: String
        do { text = try String(contentsOfFile: path, encoding: .utf8) } catch {
            throw .unreadable(path: path, reason: "there is no such text file, or it may not be read")
        }
        try self.init(text: text, path: path)
    }

    /// - Parameter path: for messages.
    init(text: String, path: String) throws(AlignmentError) {
        var lines = text.split(whereSeparator: \.isNewline).makeIterator()
        let titles = Self.cells(lines.next() ?? "")
        guard let beatColumn = titles.firstIndex(of: "score_beat"), let timeColumn = titles.firstIndex(of: "perf_time")
        else { throw .badReference(path: path, reason: "it has no columns score_beat and perf_time") }
        var onsets: [Onset] = []
        var number = 1
        while let line = lines.next() {
            number += 1
            let cells = Self.cells(line)
            guard cells.count > max(beatColumn, timeColumn), let beat = Double(cells[beatColumn]),
                let time = Double(cells[timeColumn]), beat.isFinite, time.isFinite
            else { throw .badReference(path: path, reason: "line \(number) has no two numbers") }
            onsets.append(Onset(beat: beat, time: time))
        }
        guard !onsets.isEmpty else { throw .badReference(path: path, reason: "it has no rows") }
        self.init(onsets: onsets)
    }

    private static func cells(_ line: some StringProtocol) -> [String] {
        line.split(separator: ",", omittingEmptySubsequences: false)
            .map { $0.trimmingCharacters(in: .whitespaces) }
    }
}
