import Foundation
import Music
import Scores
import Sound
import Synthesis

/// Generates synthetic test pairs for score following: a folder with `score.mid`, `audio.flac`, `reference.csv` and
/// `pair.json`.
public struct FollowingPairMaker: Sendable {
    /// The provenance of a pair, stored in `pair.json`.
    public struct Origin: Sendable, Equatable, Codable {
        /// File name of the score.
        public var score: String
        public var kind: PerformanceKind
        public var seed: UInt64
        /// File name of the soundfont.
        public var soundfont: String
        /// Duration of the audio.
        public var seconds: Double
    }

    /// The peak to which louder renderings are attenuated.
    private static let peak: Float = 0.9

    /// Path of the soundfont.
    public let soundFont: String
    public let seed: UInt64
    public let part: ScoreExcerpt.Part

    /// - Parameters:
    ///   - soundFont: a path.
    ///   - part: the part of each score to play.
    public init(soundFont: String, seed: UInt64, part: ScoreExcerpt.Part = .all) {
        self.soundFont = soundFont
        self.seed = seed
        self.part = part
    }

    /// Generates a pair. Creates the folder if necessary.
    ///
    /// - Parameters:
    ///   - path: path of the score.
    ///   - name: name of the pair. Its random seed is derived from this name and ``seed``, so that pairs are
    ///     independent of each other.
    /// - Throws: `PerformanceError`, `ScoreError`, `SynthesisError`, `SoundError`, `MusicError`.
    @discardableResult
    public func make(
        score path: String, kind: PerformanceKind, name: String, in folder: String
    ) throws -> Origin {
        let file = URL(fileURLWithPath: path).lastPathComponent
        let excerpt = try ScoreExcerpt(try Score(path: path), part: part, name: file)
        let pairSeed = Self.seed(seed, name + "/" + kind.rawValue)
        let performance = try Performer(excerpt.score, kind: kind, seed: pairSeed).perform(name: file)
        do { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) } catch {
            throw PerformanceError.cannotWrite(path: folder, reason: "the folder cannot be created")
        }
        try excerpt.file.write(to: folder + "/score.mid")
        let count = try render(performance, to: folder + "/audio.flac")
        let origin = Origin(
            score: file, kind: kind, seed: seed, soundfont: URL(fileURLWithPath: soundFont).lastPathComponent,
            seconds: (Double(count) / Double(Synthesizer.rate) * 1000).rounded() / 1000)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try write(try encoder.encode(origin), to: folder + "/pair.json")
        // Written last, because a folder without it is not a complete pair.
        try write(Data(performance.reference.utf8), to: folder + "/reference.csv")
        return origin
    }

    /// Renders the audio, a second time with lower gain if it would clip. Returns the number of samples.
    private func render(_ performance: Performance, to path: String) throws -> Int {
        let normal = ScoreSynthesizer(soundFont: soundFont)
        let lag = try InstrumentAttackLag(of: performance.notes, on: normal)
        let notes = performance.notes.map { note in
            var advanced = note
            advanced.start = max(0, note.start - lag.seconds(program: note.program ?? 0))
            return advanced
        }
        let rendered = try render(notes, normal, path)
        guard rendered.peak > Self.peak else { return rendered.count }
        var options = normal.options
        options.gain *= Double(Self.peak / rendered.peak)
        return try render(notes, ScoreSynthesizer(soundFont: soundFont, options: options), path).count
    }

    private func render(
        _ notes: [Note], _ synthesizer: ScoreSynthesizer, _ path: String
    ) throws -> (count: Int, peak: Float) {
        var writer = try AudioFileWriter(path: path, format: .flac16)
        var peak: Float = 0
        try synthesizer.render(notes) { block in
            for index in 0..<block.count { peak = max(peak, abs(block[index])) }
            try writer.write(block)
        }
        try writer.close()
        return (writer.count, peak)
    }

    private func write(_ data: Data, to path: String) throws(PerformanceError) {
        do { try data.write(to: URL(fileURLWithPath: path), options: .atomic) } catch {
            throw .cannotWrite(path: path, reason: "check free disk space and the folder's permissions")
        }
    }

    /// FNV-1a hash of the name, starting from the seed.
    static func seed(_ seed: UInt64, _ name: String) -> UInt64 {
        name.utf8.reduce(0xcbf2_9ce4_8422_2325 ^ seed) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
