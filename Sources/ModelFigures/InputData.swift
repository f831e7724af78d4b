import Figures
import Foundation

/// Reads whole files and says in half a sentence why it cannot.
enum InputData {
    static func read(_ path: String) throws(FiguresError) -> Data {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            throw .unreadable(path: path, reason: "there is no such file")
        }
        guard !isDirectory.boolValue else { throw .unreadable(path: path, reason: "it is a folder") }
        do { return try Data(contentsOf: URL(fileURLWithPath: path)) } catch {
            throw .unreadable(path: path, reason: "it may not be read by this user")
        }
    }
}
