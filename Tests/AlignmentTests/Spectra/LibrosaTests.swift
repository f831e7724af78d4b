import Alignment
import Foundation
import Testing

/// Compares spectra and paths with librosa's for two melodies, which Golden/generate.py also generates.
@Suite("Comparison with librosa")
struct LibrosaTests {
    private struct Case: Decodable {
        struct Path: Decodable {
            var cost: Double
            var path: [[Int]]
        }

        var window: Int
        var hop: Int
        var bins: Int
        var shape: SpectrumParameters.WindowShape
        var scale: String
        var padding: SpectrumParameters.Padding
        var frames: Int
        var shown: [Int]
        var values: [[Float]]
        var norms: [String: Path]

        var parameters: SpectrumParameters {
            let scale: SpectrumParameters.Scale =
                switch scale {
                case "linear": .linear
                case "log1p": .compressed(gain: 1)
                default: .logarithmic(offset: 1e-3)
                }
            return SpectrumParameters(
                window: window, hop: hop, bins: bins, shape: shape, scale: scale, padding: padding)
        }
    }

    private static let notes: [(hertz: Double, first: Int, second: Int)] = [
        (440, 2500, 3900), (660, 3100, 2300), (523.25, 1700, 4100), (880, 2900, 2000), (392, 4000, 3500),
    ]

    private static func melody(_ lengths: [Int], rest: Int) -> [Float] {
        var samples = (0..<rest).map { Float(1e-4 * sin(0.01 * Double($0))) }
        for (note, length) in zip(notes, lengths) {
            samples += (0..<length).map { index in
                let time = Double(index) / 44_100
                let phase = 2 * Double.pi * note.hertz * time
                return Float(exp(-20 * time) * (sin(phase) + 0.3 * sin(3 * phase)))
            }
        }
        return samples
    }

    private static func cases() throws -> [Case] {
        let url = try #require(Bundle.module.url(forResource: "Golden/librosa", withExtension: "json"))
        return try JSONDecoder().decode([Case].self, from: Data(contentsOf: url))
    }

    private static let first = melody(notes.map(\.first), rest: 0)
    private static let second = melody(notes.map(\.second), rest: 3000)

    /// Bounds the differences of single-precision transforms, which the logarithm of near silence amplifies.
    private static let tolerance: Float = 2e-3

    @Test("spectra match librosa")
    func spectra() throws {
        for item in try Self.cases() {
            let features = try FeatureSequence(samples: Self.first, parameters: item.parameters)
            #expect(features.count == item.frames && features.dimensions == item.bins)
            for (index, values) in zip(item.shown, item.values) {
                for (value, expected) in zip(features[index], values) {
                    #expect(abs(value - expected) < Self.tolerance * max(1, abs(expected)), "\(item.scale), \(index)")
                }
            }
        }
    }

    @Test("paths match librosa", arguments: Norm.allCases)
    func paths(norm: Norm) throws {
        for item in try Self.cases() {
            let expected = try #require(item.norms[norm.rawValue])
            let first = try FeatureSequence(samples: Self.first, parameters: item.parameters)
            let second = try FeatureSequence(samples: Self.second, parameters: item.parameters)
            let path = try ExactWarping(norm: norm).path(first, second)
            #expect(abs(path.cost - expected.cost) < 1e-4 * expected.cost)
            #expect(path.points == expected.path.map { WarpingPath.Point(row: $0[0], column: $0[1]) })
        }
    }

    @Test("spectra do not depend on the block size", arguments: SpectrumParameters.Padding.allCases)
    func blocks(padding: SpectrumParameters.Padding) throws {
        let parameters = SpectrumParameters(window: 512, hop: 200, bins: nil, padding: padding)
        let whole = try FeatureSequence(samples: Self.second, parameters: parameters)
        for size in [1, 7, 256, 257, 5000] {
            let builder = try SpectrogramBuilder(parameters)
            var start = 0
            while start < Self.second.count {
                let end = min(start + size, Self.second.count)
                builder.append(Self.second.span.extracting(start..<end))
                start = end
            }
            #expect(builder.finish() == whole)
        }
    }

    @Test("signals that are empty or shorter than a window", arguments: SpectrumParameters.Padding.allCases)
    func short(padding: SpectrumParameters.Padding) throws {
        let parameters = SpectrumParameters(window: 64, hop: 16, bins: 8, padding: padding)
        for count in [0, 1, 15, 16, 31, 32, 33, 64, 100] {
            let features = try FeatureSequence(
                samples: [Float](repeating: 0.5, count: count), parameters: parameters)
            #expect(features.count == 1 + count / 16)
            #expect(features.values.allSatisfy { $0.isFinite })
        }
    }

    @Test("rejects invalid parameters")
    func refused() {
        let bad = [
            SpectrumParameters(window: 15), SpectrumParameters(window: 1 << 22), SpectrumParameters(hop: 0),
            SpectrumParameters(hop: 4096), SpectrumParameters(bins: 0), SpectrumParameters(bins: 2000),
            SpectrumParameters(scale: .logarithmic(offset: 0)), SpectrumParameters(scale: .compressed(gain: .nan)),
            SpectrumParameters(sampleRate: 0),
        ]
        for parameters in bad {
            #expect(throws: AlignmentError.self) { try parameters.validate() }
        }
    }
}
