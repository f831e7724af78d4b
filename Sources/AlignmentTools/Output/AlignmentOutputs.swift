import Alignment
import Figures
import Foundation
import Music
import Scores
import Sound

/// The output files of an alignment.
public struct AlignmentOutputs: Sendable, Equatable {
    /// Labels in MusicNet's columns: X.csv.
    public var labels: String?
    /// The aligned performance: X.mid.
    public var midi: String?
    /// The full result: X.json.
    public var document: String?
    /// The figure: X.svg or X.png.
    public var plot: String?
    /// A second copy of the figure: X.png.
    public var raster: String?
    /// The validation mix: X.wav, X.flac or X.ogg.
    public var mix: String?
    public var mixLayout = ValidationMix.Layout.mono
    /// Start of the plot's excerpt in seconds; nil for half a second before the first note.
    public var plotStart: Double?
    public var theme = Theme.auto

    public init() {}

    /// The paths of all files, in the order of the properties.
    public var paths: [String] { [labels, midi, document, plot, raster, mix].compactMap { $0 } }

    /// The same outputs without labels, MIDI and JSON: those that show why an alignment was rejected.
    public var forInspection: AlignmentOutputs {
        var outputs = self
        (outputs.labels, outputs.midi, outputs.document) = (nil, nil, nil)
        return outputs
    }

    /// Checks, before any work is done, that all outputs are writable and have a known file type.
    ///
    /// - Parameter inputs: files that must not be overwritten.
    /// - Throws: `AlignmentError.badParameter` for an output that is an input or another output, `.cannotWrite`.
    public func check(inputs: [String] = []) throws(AlignmentError) {
        func standard(_ path: String) -> String {
            URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath().path
        }
        let sources = Set(inputs.map(standard))
        var seen: Set<String> = []
        for path in paths {
            guard !sources.contains(standard(path)) else {
                throw .badParameter("'\(path)' is an input: choose another file for the result")
            }
            guard seen.insert(standard(path)).inserted else {
                throw .badParameter("'\(path)' is used for two results: choose a file for each")
            }
            try Self.checkWritable(path)
        }
        for path in [plot, raster].compactMap({ $0 }) {
            guard let format = FigureFormat(path: path) else {
                throw .cannotWrite(path: path, reason: "a plot must be an .svg or .png file")
            }
            guard format == .png else { continue }
            do { try FigureFormat.checkRasteriser() } catch { throw .cannotWrite(path: path, reason: error.reason) }
        }
        if let mix, ValidationMix.format(path: mix) == nil {
            throw .cannotWrite(path: mix, reason: "a mix must be a .wav, .flac or .ogg file")
        }
    }

    private static func checkWritable(_ path: String) throws(AlignmentError) {
        if let reason = OutputFile.obstacle(at: path) { throw .cannotWrite(path: path, reason: reason) }
    }

    /// Writes all files, each atomically.
    ///
    /// - Throws: `MusicError`, `AlignmentError`, `FiguresError` or `SoundError` for an output that cannot be written
    ///   or, for plot and mix, a recording that cannot be read.
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
