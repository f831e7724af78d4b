import Foundation

/// Which configuration files are read, and in what order.
///
/// Later files override earlier ones key by key: `/etc/noted/noted.yaml`, `noted/noted.yaml` in the directories of
/// `$XDG_CONFIG_DIRS` (`/etc/xdg` if unset), the most important of which is the first and so is read last, and in
/// `$XDG_CONFIG_HOME` (`~/.config` if unset), and the file given with `--config`, which alone must exist. Source: XDG
/// Base Directory Specification 0.8.
public struct ConfigurationSearch: Sendable, Equatable {
    /// Files that are read if they exist.
    public var standardFiles: [String]
    /// A file that must exist.
    public var namedFile: String?

    public init(standardFiles: [String], namedFile: String?) {
        self.standardFiles = standardFiles
        self.namedFile = namedFile
    }

    /// The standard files of a process with `environment`.
    public init(environment: [String: String], namedFile: String?) {
        var files = ["/etc/noted/noted.yaml"]
        let given = environment["XDG_CONFIG_DIRS"] ?? ""
        // The specification ignores relative paths.
        let folders = (given.isEmpty ? "/etc/xdg" : given).split(separator: ":").filter { $0.hasPrefix("/") }
        for folder in folders.reversed() { files.append(folder + "/noted/noted.yaml") }
        if let folder = environment["XDG_CONFIG_HOME"], folder.hasPrefix("/") {
            files.append(folder + "/noted/noted.yaml")
        } else if let home = environment["HOME"], home.hasPrefix("/") {
            files.append(home + "/.config/noted/noted.yaml")
        }
        self.init(standardFiles: files, namedFile: namedFile)
    }

    /// Reads the files.
    ///
    /// - Returns: the combined settings, and the paths of the files that exist.
    public func read() throws(DaemonError) -> (settings: Settings, files: [String]) {
        var settings = Settings()
        var files = standardFiles.filter { FileManager.default.fileExists(atPath: $0) }
        if let namedFile { files.append(namedFile) }
        for file in files { settings = settings.overridden(by: try ConfigurationFile.read(file)) }
        return (settings, files)
    }
}
