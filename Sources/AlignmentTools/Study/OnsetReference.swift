import Alignment
import Foundation

/// The true times at which the onsets of a score were played in a recording.
public struct OnsetReference: Sendable, Equatable {
    public struct Onset: Sendable, Hashable {
        /// Position in the score in beats.
        public var beat: Double
        /// Seconds from the start of the recording.
        public var time: Double

        public init(beat: Double, time: Double) {
            self.beat = beat
            self.time = time
        }
    }

    /// In the order of the recording. Of consecutive rows with the same beat (a chord), only the first is kept.
    public let onsets: [Onset]

    public init(onsets: [Onset]) {
        var kept: [Onset] = []
        for onset in onsets where onset.beat != kept.last?.beat { kept.append(onset) }
        self.onsets = kept
    }

    /// Reads a CSV file with a header row that contains `score_beat` and `perf_time`. Other columns are ignored.
    ///
    /// - Throws: `AlignmentError.unreadable`, `.badReference`.
    public init(path: String) throws(AlignmentError) {
        let text: String
        do { text = try String(contentsOfFile: path, encoding: .utf8) } catch {
            throw .unreadable(path: path, reason: "the file is missing or is not a readable text file")
        }
        try self.init(text: text, path: path)
    }

    /// - Parameter path: used in error messages only.
    init(text: String, path: String) throws(AlignmentError) {
        var lines = text.split(whereSeparator: \.isNewline).makeIterator()
        let titles = Self.cells(lines.next() ?? "")
        guard let beatColumn = titles.firstIndex(of: "score_beat"), let timeColumn = titles.firstIndex(of: "perf_time")
        else { throw .badReference(path: path, reason: "the columns score_beat and perf_time are required") }
        var onsets: [Onset] = []
        var number = 1
        while let line = lines.next() {
            number += 1
            let cells = Self.cells(line)
            guard cells.count > max(beatColumn, timeColumn), let beat = Double(cells[beatColumn]),
                let time = Double(cells[timeColumn]), beat.isFinite, time.isFinite
            else { throw .badReference(path: path, reason: "line \(number) does not hold two numbers") }
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
