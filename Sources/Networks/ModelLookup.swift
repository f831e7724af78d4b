import Foundation

/// Finds the default model, for when the user names none.
public enum ModelLookup {
    /// The file name of the default model.
    public static let defaultName = "default.safetensors"

    /// The folders of models that are installed for the whole machine, in order of precedence.
    public static let systemFolders = ["/usr/local/share/noted/models", "/usr/share/noted/models"]

    /// Returns the path of the default model. It is looked for in `share/noted/models` of the prefix under which the
    /// program is installed, then in a `Models` folder beside the program or in a folder above it (for a build in its
    /// source tree), then in ``systemFolders``.
    ///
    /// - Parameters:
    ///   - executable: the path of the running program.
    ///   - systemFolders: the folders to search after that.
    /// - Throws: ``ModelError/unreadable(path:reason:)`` if there is none; its message suggests a remedy.
    public static func find(
        executable: String = Self.executable, systemFolders: [String] = Self.systemFolders
    ) throws(ModelError) -> String {
        var folder = URL(fileURLWithPath: executable).resolvingSymlinksInPath().deletingLastPathComponent()
        // The prefix comes first: an installed program must not pick up a 'Models' folder in somebody's home.
        let installed = folder.deletingLastPathComponent().appendingPathComponent("share/noted/models")
            .appendingPathComponent(defaultName).path
        if isFile(installed) { return installed }
        while true {
            let candidate = folder.appendingPathComponent("Models").appendingPathComponent(defaultName).path
            if isFile(candidate) { return candidate }
            guard folder.path != "/", !folder.path.isEmpty else { break }
            folder.deleteLastPathComponent()
        }
        for folder in systemFolders where isFile(folder + "/" + defaultName) { return folder + "/" + defaultName }
        throw .unreadable(
            path: defaultName,
            reason: "it is neither in \(URL(fileURLWithPath: installed).deletingLastPathComponent().path), nor in a "
                + "Models folder above the program, nor in " + systemFolders.joined(separator: " or ")
                + "; name a model with --model")
    }

    /// The path of the running program.
    public static var executable: String {
        if let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") { return link }
        return CommandLine.arguments.first ?? ""
    }

    private static func isFile(_ path: String) -> Bool {
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && !isDirectory.boolValue
    }
}
