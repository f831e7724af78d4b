import Alignment
import AlignmentTools
import ArgumentParser
import Synthesis

/// The method of `notelab align` and its parameters.
struct AlignMethod: ParsableArguments {
    enum Name: String, CaseIterable, ExpressibleByArgument {
        case multiscale, paper
    }

    @Option(
        help: """
            multiscale detects repeats and omissions, then refines the alignment; paper is exact dynamic time warping \
            of log-spectrograms.
            """)
    var method = Name.multiscale
    @Option(
        help:
            "Soundfont for rendering the score: a path or the name of an installed file (default: the best installed).")
    var soundfont: String?
    @OptionGroup var paper: PaperParameters

    func validate() throws {
        if method != .paper, let option = paper.firstGiven {
            throw ValidationError("\(option) requires --method paper.")
        }
    }

    /// - Throws: `AlignmentError.noSoundFont`, `SynthesisError.missingSoundFont`.
    func aligner() throws -> any Aligner {
        if let soundfont, SoundFontLibrary().score(soundfont) == nil {
            throw SynthesisError.missingSoundFont(path: soundfont)
        }
        switch method {
        case .multiscale: return try MultiscaleAligner(soundFont: soundfont)
        case .paper:
            return try ReviewedAligner(
                PaperAligner(spectra: paper.spectra, norm: paper.norm ?? .l2, soundFont: soundfont),
                soundFont: soundfont)
        }
    }

    /// The parameters as JSON documents and manifests record them.
    var parameters: [String: AlignmentDocument.Setting] {
        let common: [String: AlignmentDocument.Setting] = ["soundfont": .text(soundfont ?? "best")]
        return method == .paper ? common.merging(paper.settings) { $1 } : common
    }
}

/// The parameters of the paper's method (its section 3 and appendix B).
struct PaperParameters: ParsableArguments {
    @Option(help: ArgumentHelp("paper: window length in samples (default: 2048).", valueName: "n")) var window: Int?
    @Option(help: ArgumentHelp("paper: hop length in samples (default: 512).", valueName: "n")) var hop: Int?
    @Option(help: ArgumentHelp("paper: number of lowest bins to compare, or all (default: 50).", valueName: "n"))
    var bins: String?
    @Option(help: "paper: distance norm (default: l2).") var norm: Norm?
    @Option(help: "paper: log(0.001 + magnitude), log1p of the magnitude, or linear (default: log).")
    var scale: StudyGrid.ScaleName?
    @Option(help: "paper: window function (default: hann).")
    var shape: SpectrumParameters.WindowShape?

    func validate() throws {
        if let bins, bins != "all", Int(bins) == nil {
            throw ValidationError("--bins \(bins) must be a number or all.")
        }
        do { try spectra.validate() } catch { throw ValidationError("\(error)") }
    }

    /// The name of the first option of this group that was given.
    var firstGiven: String? {
        let options: [(String, Bool)] = [
            ("--window", window != nil), ("--hop", hop != nil), ("--bins", bins != nil), ("--norm", norm != nil),
            ("--scale", scale != nil), ("--shape", shape != nil),
        ]
        return options.first { $0.1 }?.0
    }

    var spectra: SpectrumParameters {
        var spectra = SpectrumParameters()
        if let window { spectra.window = window }
        if let hop { spectra.hop = hop }
        if let bins { spectra.bins = Int(bins) }
        if let shape { spectra.shape = shape }
        switch scale {
        case .log, nil: break
        case .log1p: spectra.scale = .compressed(gain: 1)
        case .linear: spectra.scale = .linear
        }
        return spectra
    }

    var settings: [String: AlignmentDocument.Setting] {
        let spectra = self.spectra
        return [
            "window": .number(Double(spectra.window)), "hop": .number(Double(spectra.hop)),
            "bins": .number(Double(spectra.dimensions)), "norm": .text((norm ?? .l2).rawValue),
            "scale": .text((scale ?? .log).rawValue), "shape": .text(spectra.shape.rawValue),
        ]
    }
}

extension Norm: ExpressibleByArgument {}
extension StudyGrid.ScaleName: ExpressibleByArgument {}
extension SpectrumParameters.WindowShape: ExpressibleByArgument {}
