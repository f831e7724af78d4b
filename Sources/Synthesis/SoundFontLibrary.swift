import Foundation

/// Finds soundfonts.
public struct SoundFontLibrary: Sendable {
    /// The folders of Debian's packages.
    public static let systemFolders = ["/usr/share/sounds/sf2", "/usr/share/sounds/sf3", "/usr/share/soundfonts"]

    private let folders: [String]

    /// - Parameter folders: folders to search, in this order, before the system's.
    public init(folders: [String] = []) {
        self.folders = folders + Self.systemFolders
    }

    /// The path of a soundfont with this file name; nil if no folder has it.
    public func path(of file: String) -> String? {
        folders.map { $0 + "/" + file }.first { FileManager.default.isReadableFile(atPath: $0) }
    }

    /// File names of General MIDI soundfonts in Debian's packages, best first.
    public static let generalMIDI = [
        "FluidR3_GM.sf2", "MuseScore_General.sf3", "MuseScore_General.sf2", "MuseScore_General_Lite.sf3",
        "FluidR3Mono_GM.sf3", "TimGM6mb.sf2", "sf_GMbank.sf2", "default-GM.sf2", "default-GM.sf3",
    ]

    /// The soundfont for playing scores.
    ///
    /// - Parameter name: a path, or a file name in one of the folders; nil for the best available General MIDI
    ///   soundfont.
    /// - Returns: its path; nil if there is none.
    public func score(_ name: String? = nil) -> String? {
        guard let name else { return Self.generalMIDI.lazy.compactMap(path(of:)).first }
        if FileManager.default.isReadableFile(atPath: name) { return name }
        return name.contains("/") ? nil : path(of: name)
    }
}
