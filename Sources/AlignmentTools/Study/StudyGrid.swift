import Alignment
import Figures

/// The parameters of the paper's method that a study varies: lists of values, by default only the paper's.
public struct StudyGrid: Sendable, Equatable {
    /// Names of ``Scale`` in tables and on command lines.
    public enum ScaleName: String, Sendable, CaseIterable, Codable {
        /// log(0.001 + magnitude).
        case log
        /// log(1 + magnitude).
        case log1p
        case linear

        var scale: SpectrumParameters.Scale {
            switch self {
            case .log: .logarithmic(offset: 1e-3)
            case .log1p: .compressed(gain: 1)
            case .linear: .linear
            }
        }
    }

    public var windows = [2048]
    public var hops = [512]
    /// nil means all bins.
    public var bins: [Int?] = [50]
    public var norms = [Norm.l2]
    public var scales = [ScaleName.log]
    public var shapes = [SpectrumParameters.WindowShape.hann]
    public var reverbs = [true]
    /// nil means the best one installed.
    public var soundFonts: [String?] = [nil]

    public init() {}

    /// The parameters that the paper's appendix B varies, one at a time.
    public static var appendixB: StudyGrid {
        var grid = StudyGrid()
        grid.windows = [2048, 1024, 4096]
        grid.hops = [512, 256, 1024]
        grid.bins = [50, 25, 100, nil]
        grid.norms = [.l2, .l1, .linf]
        grid.scales = [.log, .log1p, .linear]
        grid.shapes = [.hann, .rectangular]
        grid.reverbs = [true, false]
        return grid
    }

    private struct Choice {
        var window: Int
        var hop: Int
        var bins: Int?
        var norm: Norm
        var scale: ScaleName
        var shape: SpectrumParameters.WindowShape
        var reverb: Bool
        var soundFont: String?

        var variant: StudyVariant {
            let spectra = SpectrumParameters(
                window: window, hop: hop, bins: bins, shape: shape, scale: scale.scale)
            let aligner = PaperAligner(
                spectra: spectra, norm: norm, sound: .init(hasReverb: reverb, hasChorus: reverb, lead: 2),
                soundFont: soundFont)
            let settings = [
                "\(window)", "\(hop)", bins.map { "\($0)" } ?? "all", norm.rawValue, scale.rawValue, shape.rawValue,
                reverb ? "room" : "dry", soundFont ?? "best",
            ]
            return StudyVariant(method: aligner.name, settings: settings, aligner: aligner)
        }
    }

    /// Names of a variant's settings.
    public static let settingNames = ["window", "hop", "bins", "norm", "scale", "shape", "sound", "soundfont"]

    /// All combinations of the lists' values; the last list varies fastest.
    public var product: [StudyVariant] {
        guard let base else { return [] }
        var choices = [base]
        func multiply<Value>(_ values: [Value], _ path: WritableKeyPath<Choice, Value>) {
            choices = choices.flatMap { choice in values.map { Self.choice(choice, path, $0) } }
        }
        multiply(windows, \.window)
        multiply(hops, \.hop)
        multiply(bins, \.bins)
        multiply(norms, \.norm)
        multiply(scales, \.scale)
        multiply(shapes, \.shape)
        multiply(reverbs, \.reverb)
        multiply(soundFonts, \.soundFont)
        return choices.map(\.variant)
    }

    /// The first values of all lists, followed by variants in which a single parameter takes each of its other values.
    public var oneAtATime: [StudyVariant] {
        guard let base else { return [] }
        func varied<Value>(_ values: [Value], _ path: WritableKeyPath<Choice, Value>) -> [Choice] {
            values.dropFirst().map { Self.choice(base, path, $0) }
        }
        let others = [
            varied(windows, \.window), varied(hops, \.hop), varied(bins, \.bins), varied(norms, \.norm),
            varied(scales, \.scale), varied(shapes, \.shape), varied(reverbs, \.reverb),
            varied(soundFonts, \.soundFont),
        ]
        return ([base] + others.flatMap { $0 }).map(\.variant)
    }

    /// The first value of each list; nil if a list is empty.
    private var base: Choice? {
        guard let window = windows.first, let hop = hops.first, let bins = bins.first, let norm = norms.first,
            let scale = scales.first, let shape = shapes.first, let reverb = reverbs.first,
            let soundFont = soundFonts.first
        else { return nil }
        return Choice(
            window: window, hop: hop, bins: bins, norm: norm, scale: scale, shape: shape, reverb: reverb,
            soundFont: soundFont)
    }

    private static func choice<Value>(
        _ choice: Choice, _ path: WritableKeyPath<Choice, Value>, _ value: Value
    ) -> Choice {
        var changed = choice
        changed[keyPath: path] = value
        return changed
    }
}

/// A method with its parameters.
public struct StudyVariant: Sendable {
    public var method: String
    /// One value for each of ``StudyGrid/settingNames``; empty for methods without these settings.
    public var settings: [String]
    public var aligner: any Aligner

    public init(method: String, settings: [String] = [], aligner: any Aligner) {
        self.method = method
        self.settings = settings
        self.aligner = aligner
    }
}
