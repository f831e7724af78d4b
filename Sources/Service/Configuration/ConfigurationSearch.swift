import Foundation

/// Which configuration files are read, and in what order.
///
/// Later ones win key by key: `/etc/noted/noted.yaml`, `$XDG_CONFIG_HOME/noted/noted.yaml` (`~/.config` when it is
/// unset), the file that `--config` names. The first two may be missing; the named one must be there.
public struct ConfigurationSearch: Sendable, Equatable {
    /// Read when they are there.
    public var usualFiles: [String]
    /// Read always.
    public var namedFile: String?

    public init(usualFiles: [String], namedFile: String?) {
        self.usualFiles = usualFiles
        self.namedFile = namedFile
    }

    /// The usual places of a process with `environment`.
    public init(environment: [String: String], namedFile: String?) {
        var files = ["/etc/noted/noted.yaml"]
        if let folder = environment["XDG_CONFIG_HOME"], folder.hasPrefix("/") {
            files.append(folder + "/noted/noted.yaml")
        } else if let home = environment["HOME"], home.hasPrefix("/") {
            files.append(home + "/.config/noted/noted.yaml")
        }
        self.init(usualFiles: files, namedFile: namedFile)
    }

    /// Reads the files.
    ///
    /// - Returns: what they say together, and the paths of those that were there.
    public func read() throws(ServiceError) -> (settings: Settings, files: [String]) {
        var settings = Settings()
        var files = usualFiles.filter { FileManager.default.fileExists(atPath: $0) }
        if let namedFile { files.append(namedFile) }
        for file in files { settings = settings.overridden(by: try ConfigurationFile.read(file)) }
        return (settings, files)
    }
}
