import Foundation
import Music
import Scores
import Sound
import Synthesis

/// The default method: a first search over the whole at ten frames a second, which finds the tempo and what is left out or repeated;
/// then the score played the way the recording plays it, compared at 86 frames a second within a corridor; then single onsets.
///
/// See docs/alignment.md for how it was arrived at and what it measures. Memory: some 24 MB a minute of recording. Time: about a
/// fiftieth of the recording's or less on two processors.
public struct MultiscaleAligner: Aligner {
    public let name = "multiscale"
    /// The path of the soundfont that plays the score.
    public let soundFont: String

    /// - Parameter soundFont: a path or the name of an installed one; nil for the best that is installed.
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
