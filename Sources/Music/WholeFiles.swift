import Foundation

/// Reads whole files and reports why a file cannot be read.
enum InputFile {
    static func read(_ path: String) throws(MusicError) -> Data {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            throw .missingFile(path: path)
        }
        guard !isDirectory.boolValue else { throw .unreadableFile(path: path, reason: "it is a directory") }
        guard FileManager.default.isReadableFile(atPath: path) else {
            throw .unreadableFile(path: path, reason: "permission denied")
        }
        do {
            return try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
        } catch {
            throw .unreadableFile(path: path, reason: error.localizedDescription)
        }
    }
}

/// Writes whole files atomically.
public enum OutputFile {
    /// Why no file can be written at `path`: it is a folder, or is in a folder that is missing or not writable. Nil if
    /// nothing speaks against it. To be called before a long run whose result goes there.
    public static func obstacle(at path: String) -> String? {
        var isDirectory: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), isDirectory.boolValue {
            return "it is a folder"
        }
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isDirectory), isDirectory.boolValue else {
            return "there is no folder '\(folder)'"
        }
        return FileManager.default.isWritableFile(atPath: folder) ? nil : "the folder '\(folder)' is not writable"
    }

    static func write(_ data: Data, to path: String) throws(MusicError) {
        do {
            try data.write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw .cannotWrite(path: path, reason: error.localizedDescription)
        }
    }
}
