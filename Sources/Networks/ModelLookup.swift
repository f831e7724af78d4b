import Foundation

/// Finds the model to run when the user names none.
public enum ModelLookup {
    /// The name of the model that is taken by default.
    public static let defaultName = "default.safetensors"

    /// Where an installed model may be, most specific first.
    public static let systemFolders = ["/usr/local/share/noted/models", "/usr/share/noted/models"]

    /// The path of the default model: `Models/default.safetensors` beside the program or in a folder above it (a build
    /// in its source tree), then ``systemFolders``.
    ///
    /// - Parameters:
    ///   - executable: path of the running program.
    ///   - systemFolders: where to look after that.
    /// - Throws: ``ModelError/unreadable(path:reason:)`` that says what to do when there is none.
    public static func find(
        executable: String = Self.executable, systemFolders: [String] = Self.systemFolders
    ) throws(ModelError) -> String {
        var folder = URL(fileURLWithPath: executable).resolvingSymlinksInPath().deletingLastPathComponent()
        while true {
            let candidate = folder.appendingPathComponent("Models").appendingPathComponent(defaultName).path
            if isFile(candidate) { return candidate }
            guard folder.path != "/", !folder.path.isEmpty else { break }
            folder.deleteLastPathComponent()
        }
        for folder in systemFolders where isFile(folder + "/" + defaultName) { return folder + "/" + defaultName }
        throw .unreadable(
            path: defaultName,
            reason: "there is none in a Models folder above the program nor in "
                + systemFolders.joined(separator: " or ") + "; name one with --model")
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
