import Foundation

/// A finished figure: the text of an SVG file.
///
/// Deterministic: the same figure always gives the same bytes. Contains no scripts and no external references.
public struct SVGDocument: Sendable, Equatable {
    /// The size in pixels at scale 1; the image has a view box and scales freely.
    public let width: Double
    public let height: Double
    /// Well-formed XML in UTF-8.
    public let text: String

    /// Writes the SVG file atomically.
    ///
    /// - Throws: ``FiguresError/cannotWrite(path:reason:)``.
    public func write(to path: String) throws(FiguresError) {
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw .cannotWrite(path: path, reason: "the folder does not exist or is not writable")
        }
    }
}

extension SVGDocument {
    /// Writes the figure to a file atomically.
    ///
    /// - Throws: ``FiguresError/cannotWrite(path:reason:)``.
    public func write(to path: String, format: FigureFormat) throws(FiguresError) {
        switch format {
        case .svg: try write(to: path)
        case .png:
            let folder = FileManager.default.temporaryDirectory.appendingPathComponent("noted-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: folder) }
            let (source, target) = (folder.appendingPathComponent("a.svg"), folder.appendingPathComponent("a.png"))
            do {
                try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
                try Data(text.utf8).write(to: source)
                try rasterise(source.path, target.path)
                try Data(contentsOf: target).write(to: URL(fileURLWithPath: path), options: .atomic)
            } catch let error as FigureFormat.NoRasteriser {
                throw .cannotWrite(path: path, reason: error.reason)
            } catch {
                throw .cannotWrite(path: path, reason: error.localizedDescription)
            }
        }
    }

    private func rasterise(_ source: String, _ target: String) throws {
        guard let program = FigureFormat.rasteriser else { throw FigureFormat.NoRasteriser() }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        // Without --unlimited, librsvg's parser rejects large embedded images.
        process.arguments = ["--unlimited", "--zoom", "2", "--format", "png", "--output", target, source]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
    }
}
