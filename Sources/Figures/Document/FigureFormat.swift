import Foundation

/// The files that a figure can be written to.
public enum FigureFormat: String, CaseIterable, Sendable {
    case svg
    /// By `rsvg-convert` of Debian's librsvg2-bin, at twice the figure's size.
    case png

    /// By a path's extension; nil if it is another.
    public init?(path: String) {
        self.init(rawValue: URL(fileURLWithPath: path).pathExtension.lowercased())
    }

    /// Why there is no PNG.
    public struct NoRasteriser: Error, Equatable, Sendable {
        public let reason = "it takes the program rsvg-convert: install Debian's librsvg2-bin, or name an .svg file"
    }

    /// - Throws: ``NoRasteriser`` where no rsvg-convert is on the `PATH`.
    public static func checkRasteriser() throws(NoRasteriser) {
        guard rasteriser != nil else { throw NoRasteriser() }
    }

    static var rasteriser: String? {
        let folders = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? []
        return folders.map { "\($0)/rsvg-convert" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }
}

extension SVGDocument {
    /// Writes the file as SVG or PNG so that it is there whole or not at all.
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
        // Without --unlimited, librsvg's parser refuses large embedded pictures.
        process.arguments = ["--unlimited", "--zoom", "2", "--format", "png", "--output", target, source]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
    }
}
