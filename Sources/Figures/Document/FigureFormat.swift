import Foundation

/// The file formats of figures.
public enum FigureFormat: String, CaseIterable, Sendable {
    case svg
    /// Rendered by `rsvg-convert` (Debian's librsvg2-bin) at twice the figure's size.
    case png

    /// The format for a path's extension; nil if it is neither.
    public init?(path: String) {
        self.init(rawValue: URL(fileURLWithPath: path).pathExtension.lowercased())
    }

    /// The program that PNG output needs is not installed.
    public struct NoRasteriser: Error, Equatable, Sendable {
        public let reason = "PNG files need the program rsvg-convert: install librsvg2-bin, or name an .svg file"
    }

    /// - Throws: ``NoRasteriser`` if there is no rsvg-convert on the `PATH`.
    public static func checkRasteriser() throws(NoRasteriser) {
        guard rasteriser != nil else { throw NoRasteriser() }
    }

    static var rasteriser: String? {
        let folders = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? []
        return folders.map { "\($0)/rsvg-convert" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }
}
