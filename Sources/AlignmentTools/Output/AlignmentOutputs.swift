import Alignment
import Figures
import Foundation
import Music
import Scores
import Sound

/// The files that an alignment is written to.
public struct AlignmentOutputs: Sendable, Equatable {
    /// MusicNet's columns, X.csv.
    public var labels: String?
    /// A performance, X.mid.
    public var midi: String?
    /// Everything, X.json.
    public var document: String?
    /// The figure, X.svg or X.png.
    public var plot: String?
    /// The same figure once more, X.png.
    public var raster: String?
    /// X.wav, X.flac or X.ogg.
    public var mix: String?
    public var mixLayout = ValidationMix.Layout.mono
    /// Where the plot's excerpt begins, in seconds; nil for the first note.
    public var plotStart: Double?
    public var theme = Theme.auto

    public init() {}

    /// The paths of all files, in the order of the properties.
    public var paths: [String] { [labels, midi, document, plot, raster, mix].compactMap { $0 } }

    /// The same without labels, MIDI and JSON: what helps to see why an alignment was rejected.
    public var forInspection: AlignmentOutputs {
        var outputs = self
        (outputs.labels, outputs.midi, outputs.document) = (nil, nil, nil)
        return outputs
    }

    /// Finds out before the work that a result could not be written, or has a name that says nothing about its kind.
    ///
    /// - Parameter inputs: files that must not be overwritten.
    /// - Throws: `AlignmentError.badParameter` for two files of one name, `.cannotWrite`.
    public func check(inputs: [String] = []) throws(AlignmentError) {
        func standard(_ path: String) -> String {
            URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath().path
        }
        let sources = Set(inputs.map(standard))
        var seen: Set<String> = []
        for path in paths {
            guard !sources.contains(standard(path)) else {
                throw .badParameter("'\(path)' is what is to be aligned: name another file for the result")
            }
            guard seen.insert(standard(path)).inserted else {
                throw .badParameter("Two results would go to '\(path)': give each a file of its own")
            }
            try Self.checkWritable(path)
        }
        for path in [plot, raster].compactMap({ $0 }) {
            guard let format = FigureFormat(path: path) else {
                throw .cannotWrite(path: path, reason: "a plot is an .svg or .png file")
            }
            guard format == .png else { continue }
            do { try FigureFormat.checkRasteriser() } catch { throw .cannotWrite(path: path, reason: error.reason) }
        }
        if let mix, ValidationMix.format(path: mix) == nil {
            throw .cannotWrite(path: mix, reason: "a mix is a .wav, .flac or .ogg file")
        }
    }

    private static func checkWritable(_ path: String) throws(AlignmentError) {
        var isDirectory: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), isDirectory.boolValue {
            throw .cannotWrite(path: path, reason: "it is a folder")
        }
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isDirectory), isDirectory.boolValue else {
            throw .cannotWrite(path: path, reason: "there is no folder '\(folder)'")
        }
        guard access(folder, W_OK) == 0 else {
            throw .cannotWrite(path: path, reason: "the folder '\(folder)' may not be written")
        }
    }

    /// Writes all files; each is there whole or not at all.
    ///
    /// - Throws: `MusicError`, `AlignmentError`, `FiguresError` or `SoundError` for what cannot be written or, for plot and mix,
    ///   a recording that can no longer be read.
    public func write(_ alignment: ScoreAlignment, of score: Score, origin: AlignmentDocument.Origin) throws {
        if let labels { try LabelFile(alignment, of: score).write(to: labels, format: .musicNet) }
        if let midi { try MIDIFile(alignment, of: score).write(to: midi) }
        if let document { try AlignmentDocument(alignment, of: score, origin: origin).write(to: document) }
        let figures = [plot, raster].compactMap { $0 }
        if !figures.isEmpty {
            let figure = try AlignmentPlot(excerptStart: plotStart).figure(alignment, of: score, origin: origin)
            let document = try figure.document(theme: theme)
            for path in figures { try document.write(to: path, format: FigureFormat(path: path) ?? .svg) }
        }
        if let mix {
            try ValidationMix(alignment, of: score, layout: mixLayout).write(audio: origin.audio, to: mix)
        }
    }
}
