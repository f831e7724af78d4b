import Evaluation
import Foundation
import Glibc

/// Writes a table line by line, while a recording is followed.
///
/// The file gets its name when it is complete. An incomplete table can be kept under ``partialPath``; otherwise it is
/// deleted.
public final class LineTableWriter {
    public let path: String
    /// Where an incomplete table is kept: `X.partial.csv` for `X.csv`.
    public let partialPath: String
    private let temporaryPath: String
    private let handle: FileHandle
    private var buffer = Data()
    private var isNamed = false
    private static let bufferSize = 1 << 16

    /// Creates the table.
    ///
    /// - Parameter title: the header line, without a line break.
    /// - Throws: `EvaluationError.cannotWrite`.
    public init(path: String, title: String = FollowingTrace.title) throws(EvaluationError) {
        let url = URL(fileURLWithPath: path)
        let folder = url.deletingLastPathComponent()
        self.path = path
        let stem = url.deletingPathExtension().lastPathComponent
        let ending = url.pathExtension.isEmpty ? "" : "." + url.pathExtension
        partialPath = folder.appendingPathComponent("\(stem).partial\(ending)").path
        temporaryPath =
            folder.appendingPathComponent(
                ".\(url.lastPathComponent).partial-\(ProcessInfo.processInfo.processIdentifier)"
            ).path
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
            throw .cannotWrite(path: path, reason: "it is a folder")
        }
        guard FileManager.default.createFile(atPath: temporaryPath, contents: nil),
            let handle = FileHandle(forWritingAtPath: temporaryPath)
        else { throw .cannotWrite(path: path, reason: "its folder does not exist or is not writable") }
        self.handle = handle
        buffer.append(contentsOf: (title + "\n").utf8)
    }

    /// - Parameter line: without a line break.
    /// - Throws: `EvaluationError.cannotWrite`, for example if the disk is full.
    public func append(_ line: String) throws(EvaluationError) {
        buffer.append(contentsOf: (line + "\n").utf8)
        if buffer.count >= Self.bufferSize { try flush() }
    }

    /// Completes the table and gives it its name.
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
        guard rename(temporaryPath, name) == 0 else {
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
        if !isNamed { unlink(temporaryPath) }
    }
}
