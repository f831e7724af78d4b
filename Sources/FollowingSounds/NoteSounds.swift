import Following
import Foundation
import Synthesis

/// The sounds of a score's notes.
public enum NoteSounds: Sendable, Hashable {
    /// Those of a soundfont at a path, played by FluidSynth.
    case soundFont(path: String)
    /// Decaying harmonics, the same for every instrument, for machines without a soundfont. They suffice for following,
    /// but are less exact at onsets.
    case synthetic

    /// - Parameter name: a path of a soundfont or the name of an installed one; nil for the best one installed.
    /// - Returns: synthetic sounds if `name` is nil and no soundfont or no FluidSynth is installed.
    /// - Throws: `FollowingError.noSounds` if there is no such soundfont.
    public static func named(_ name: String?) throws(FollowingError) -> NoteSounds {
        if let path = SoundFontLibrary().score(name), name != nil || Synthesizer.isAvailable {
            return .soundFont(path: path)
        }
        guard let name else { return .synthetic }
        throw .noSounds(
            reason: "soundfont '\(name)' not found; name an installed one, or none to use the best one installed")
    }

    /// The program under which templates are filed: instruments that sound the same share one.
    func program(_ program: Int) -> Int {
        switch self {
        case .soundFont: min(max(program, 0), 127)
        case .synthetic: 0
        }
    }

    /// Where the sounds come from: the same for all versions of a soundfont.
    var origin: String {
        switch self {
        case .soundFont(let path): URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        case .synthetic: "synthetic"
        }
    }

    /// Differs whenever the sounds may differ: origin, size and modification time.
    var fingerprint: String {
        guard case .soundFont = self else { return "synthetic 1" }
        var status = stat()
        guard stat(origin, &status) == 0 else { return origin }
        return "\(origin) \(status.st_size) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
    }
}
