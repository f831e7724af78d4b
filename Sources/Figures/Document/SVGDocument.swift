import Foundation

/// A finished figure: the text of an SVG file.
///
/// The same figure gives the same text, byte for byte. It holds no script and asks for no font or file from outside.
public struct SVGDocument: Sendable, Equatable {
    /// Pixels at scale 1; the picture has a view box and scales freely.
    public let width: Double
    public let height: Double
    /// Well-formed XML in UTF-8.
    public let text: String

    /// Writes the file so that it is there whole or not at all.
    ///
    /// - Throws: ``FiguresError/cannotWrite(path:reason:)``.
    public func write(to path: String) throws(FiguresError) {
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw .cannotWrite(path: path, reason: "the folder is not there, or may not be written")
        }
    }
}
