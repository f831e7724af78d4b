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
}
