import Following
import Foundation
import Synthesis

/// What a score's notes sound like.
public enum NoteSounds: Sendable, Hashable {
    /// As FluidSynth plays them on the soundfont at a path.
    case soundFont(path: String)
    /// Harmonics that die away, the same for every instrument: what is left on a machine without a soundfont. Enough to follow with,
    /// less exact at onsets.
    case synthetic

    /// - Parameter name: a soundfont's path, or the name of a file where soundfonts are; nil for the best one installed.
    /// - Returns: synthetic sounds where none is named, and no soundfont or no FluidSynth is installed.
    /// - Throws: `FollowingError.noSounds` if there is no soundfont of that name.
    public static func named(_ name: String?) throws(FollowingError) -> NoteSounds {
        if let path = SoundFontLibrary().score(name), name != nil || Synthesizer.isAvailable {
            return .soundFont(path: path)
        }
        guard let name else { return .synthetic }
        throw .noSounds(
            reason: "there is no soundfont '\(name)'; name one that is installed, or none for the best of them")
    }

    /// Instruments that sound the same have the same program here.
    func program(_ program: Int) -> Int {
        switch self {
        case .soundFont: min(max(program, 0), 127)
        case .synthetic: 0
        }
    }

    /// Where they come from; never changes for the same soundfont.
    var origin: String {
        switch self {
        case .soundFont(let path): URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        case .synthetic: "synthetic"
        }
    }

    /// Another one whenever the sounds may be others: origin, size and time of modification.
    var fingerprint: String {
        guard case .soundFont = self else { return "synthetic 1" }
        var status = stat()
        guard stat(origin, &status) == 0 else { return origin }
        return "\(origin) \(status.st_size) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
    }
}
