import Foundation
import Music
import Scores
import Sound
import Synthesis

/// The default method. A coarse search at ten frames per second finds the tempo and any omitted or repeated passages.
/// The score is then synthesised with the recording's timing and compared with it at 86 frames per second within a
/// corridor. Last, individual onsets are refined.
///
/// docs/alignment.md explains the design and reports its accuracy. It uses about 24 MB of memory per minute of
/// recording and takes at most a fiftieth of the recording's duration on two processors.
public struct MultiscaleAligner: Aligner {
    public let name = "multiscale"
    /// The path of the soundfont that plays the score.
    public let soundFont: String

    /// - Parameter soundFont: a path or the name of an installed soundfont; nil for the best one installed.
    /// - Throws: `AlignmentError.noSoundFont`.
    public init(soundFont: String? = nil) throws(AlignmentError) {
        guard let path = SoundFontLibrary().score(soundFont) else { throw .noSoundFont }
        self.soundFont = path
    }

    public func align(
        _ score: Score, audio path: String, progress: (Double) throws -> Void
    ) throws -> ScoreAlignment {
        let player = TimelinePlayer(soundFont: soundFont)
        let levels = try BandLevels(audio: path) { try progress(0.1 * $0) }
        let finder = RouteFinder(score: score, player: player)
        let route = try finder.find(in: levels) { try progress(0.1 + 0.3 * $0) }
        guard let route, !route.timeline.events.isEmpty else {
            throw AlignmentError.unplayed(path: path)
        }
        let timeline = try FineAlignment(player: player).align(route.timeline, with: levels) {
            try progress(0.4 + 0.5 * $0)
        }
        try progress(0.9)
        let result = try Reviewer(score: score, player: player).review(
            ScoreAlignment(timeline, of: score, duration: levels.duration), with: levels)
        try progress(1)
        return result
    }
}
