import Foundation

/// A Standard MIDI File (types 0, 1 and 2) as it is written: tracks of events in ticks.
///
/// `MIDIPerformance` turns it into notes in seconds.
public struct MIDIFile: Sendable {
    /// What a tick is.
    public enum Division: Hashable, Sendable {
        /// Musical time: ticks in a quarter note, 1 or more; tempo events say how long that takes.
        case ticksPerQuarter(Int)
        /// SMPTE time, which tempo events don't touch.
        case ticksPerSecond(Double)
    }

    public var division: Division
    /// Each track's events in order of time.
    public var tracks: [[MIDIEvent]]
    /// What was damaged and left out, a sentence each; empty for a sound file. At most 20 are kept.
    public var warnings: [String]
    /// Whether the tracks are pieces of their own, to be played one after the other (type 2), rather than together.
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
    /// Damage in a track costs what cannot be read there, and a warning; the rest is kept. Never traps, whatever the
    /// bytes. Linear in their number.
    /// - Parameter name: what messages call the file.
    /// - Throws: `MusicError.badMIDI` if there is no header, its division is 0, or there is no track.
    public init(data: [UInt8], name: String) throws(MusicError) {
        var parser = MIDIParser(data: data, name: name)
        self = try parser.parse()
    }
}
