import Evaluation
import Foundation
import Glibc

/// Writes a table line by line, as a recording is followed.
///
/// It has a name of its own until it is complete. What there is of one that was broken off can be kept, under a name that says so;
/// otherwise nothing is left of it.
public final class LineTableWriter {
    public let path: String
    /// Where an incomplete table is kept: `X.partial.csv` for `X.csv`.
    public let partialPath: String
    private let hidden: String
    private let handle: FileHandle
    private var buffer = Data()
    private var isNamed = false
    private static let bufferSize = 1 << 16

    /// Begins the table.
    ///
    /// - Parameter title: the title line, without its end.
    /// - Throws: `EvaluationError.cannotWrite`.
    public init(path: String, title: String = FollowingTrace.title) throws(EvaluationError) {
        let url = URL(fileURLWithPath: path)
        let folder = url.deletingLastPathComponent()
        self.path = path
        let stem = url.deletingPathExtension().lastPathComponent
        let ending = url.pathExtension.isEmpty ? "" : "." + url.pathExtension
        partialPath = folder.appendingPathComponent("\(stem).partial\(ending)").path
        hidden =
            folder.appendingPathComponent(
                ".\(url.lastPathComponent).partial-\(ProcessInfo.processInfo.processIdentifier)"
            ).path
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
            throw .cannotWrite(path: path, reason: "it is a folder")
        }
        guard FileManager.default.createFile(atPath: hidden, contents: nil),
            let handle = FileHandle(forWritingAtPath: hidden)
        else { throw .cannotWrite(path: path, reason: "its folder is not there, or may not be written") }
        self.handle = handle
        buffer.append(contentsOf: (title + "\n").utf8)
    }

    /// - Parameter line: without its end.
    /// - Throws: `EvaluationError.cannotWrite`, as on a full disk.
    public func append(_ line: String) throws(EvaluationError) {
        buffer.append(contentsOf: (line + "\n").utf8)
        if buffer.count >= Self.bufferSize { try flush() }
    }

    /// Gives the complete table its name.
    ///
    /// - Throws: `EvaluationError.cannotWrite`.
    public func finish() throws(EvaluationError) { try end(path) }

    /// Keeps an incomplete table under ``partialPath``.
    ///
    /// - Throws: `EvaluationError.cannotWrite`.
    public func keepPartial() throws(EvaluationError) { try end(partialPath) }

    private func end(_ name: String) throws(EvaluationError) {
        guard !isNamed else { return }
        try flush()
        do { try handle.close() } catch { throw .cannotWrite(path: name, reason: error.localizedDescription) }
        guard rename(hidden, name) == 0 else {
            throw .cannotWrite(path: name, reason: String(cString: strerror(errno)))
        }
        isNamed = true
    }

    private func flush() throws(EvaluationError) {
        do { try handle.write(contentsOf: buffer) } catch {
            throw .cannotWrite(path: path, reason: error.localizedDescription)
        }
        buffer.removeAll(keepingCapacity: true)
    }

    deinit {
        if !isNamed { unlink(hidden) }
    }
}
