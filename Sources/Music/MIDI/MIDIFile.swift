import Foundation

/// A Standard MIDI File (type 0, 1 or 2): tracks of events, timed in ticks.
///
/// `MIDIPerformance` converts it to notes in seconds.
public struct MIDIFile: Sendable {
    /// The unit of a tick.
    public enum Division: Hashable, Sendable {
        /// Musical time: ticks per quarter note, 1 or more. Tempo events set the length of a quarter note.
        case ticksPerQuarter(Int)
        /// SMPTE time, which tempo events do not affect.
        case ticksPerSecond(Double)
    }

    public var division: Division
    /// The tracks; each track's events are in time order.
    public var tracks: [[MIDIEvent]]
    /// One sentence for each damaged part that was skipped, 20 at most; empty for an intact file.
    public var warnings: [String]
    /// Whether the tracks are independent sequences (type 2) rather than played together.
    public var areTracksSeparate = false

    public init(division: Division = .ticksPerQuarter(480), tracks: [[MIDIEvent]] = [], warnings: [String] = []) {
        self.division = division
        self.tracks = tracks
        self.warnings = warnings
    }

    /// Reads a file from disk.
    ///
    /// - Throws: `MusicError.missingFile`, `.unreadableFile`, `.badMIDI`.
    public init(path: String) throws(MusicError) {
        try self.init(data: [UInt8](InputFile.read(path)), name: path)
    }

    /// Reads a file from memory.
    ///
    /// The unreadable part of a damaged track is skipped with a warning; the rest is kept. Never traps on any input.
    /// O(n) in the size.
    /// - Parameter name: identifies the file in error messages.
    /// - Throws: `MusicError.badMIDI` if there is no header, the division is 0, or there is no track.
    public init(data: [UInt8], name: String) throws(MusicError) {
        var parser = MIDIParser(data: data, name: name)
        self = try parser.parse()
    }
}
