import Foundation

/// Where soundfonts are.
public struct SoundFontLibrary: Sendable {
    /// Where Debian's packages put them.
    public static let systemFolders = ["/usr/share/sounds/sf2", "/usr/share/sounds/sf3", "/usr/share/soundfonts"]

    private let folders: [String]

    /// - Parameter folders: searched before the system's, in this order.
    public init(folders: [String] = []) {
        self.folders = folders + Self.systemFolders
    }

    /// The path of a soundfont by its file name, nil if no folder has it.
    public func path(of file: String) -> String? {
        folders.map { $0 + "/" + file }.first { FileManager.default.isReadableFile(atPath: $0) }
    }

    /// General MIDI soundfonts, best first, by the names that Debian's packages give them.
    public static let generalMIDI = [
        "FluidR3_GM.sf2", "MuseScore_General.sf3", "MuseScore_General.sf2", "MuseScore_General_Lite.sf3",
        "FluidR3Mono_GM.sf3", "TimGM6mb.sf2", "sf_GMbank.sf2", "default-GM.sf2", "default-GM.sf3",
    ]

    /// The soundfont to play scores with.
    ///
    /// - Parameter name: a path or the name of a file in one of the folders; nil for the best General MIDI one there is.
    /// - Returns: its path, nil if there is none.
    public func score(_ name: String? = nil) -> String? {
        guard let name else { return Self.generalMIDI.lazy.compactMap(path(of:)).first }
        if FileManager.default.isReadableFile(atPath: name) { return name }
        return name.contains("/") ? nil : path(of: name)
    }
}
