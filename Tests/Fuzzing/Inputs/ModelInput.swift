import Foundation
import Networks

/// A model file's metadata as text: one `key value` pair on a line. The tensors are made to fit the architecture, so
/// that a change of length does not invalidate the file.
enum ModelInput {
    /// The largest number of weights that are made.
    private static let weightLimit = 1 << 18

    static func check(_ bytes: [UInt8]) {
        var metadata = [
            "format": "noted.model", "window": "64", "hop": "16", "sample_rate": "44100", "label_offset": "32",
            "note_min": "21", "note_max": "108",
        ]
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            let pair = line.split(separator: " ", maxSplits: 1)
            if pair.count == 2 { metadata[String(pair[0])] = String(pair[1]) }
        }
        var tensors: [String: Tensor] = [:]
        if let architecture = try? JSONDecoder().decode(
            Architecture.self, from: Data((metadata["architecture"] ?? "").utf8)),
            let shapes = try? architecture.tensorShapes(window: metadata["window"].flatMap { Int($0) } ?? 0)
        {
            var total = 0
            for (name, shape) in shapes {
                let (count, overflows) = shape.reduce((1, false)) { sum, extent in
                    let (product, overflow) = sum.0.multipliedReportingOverflow(by: extent)
                    return (product, sum.1 || overflow)
                }
                require(!overflows && count >= 0, "tensor '\(name)' has the shape \(shape)")
                total += count
                guard total <= weightLimit else { return }
                tensors[name] = Tensor(shape: shape, values: (0..<count).map { Float($0 % 7) * 0.1 - 0.3 })
            }
        }
        guard let data = try? Safetensors(metadata: metadata, tensors: tensors).encoded(),
            let model = try? Model(data: data, path: "input")
        else { return }
        run(model)
    }

    /// Builds the network that the daemon would run, and runs it for a few hops.
    static func run(_ model: Model) {
        guard let network = try? StreamingNetwork(model: model) else { return }
        let hop = (0..<model.info.hop).map { Float($0 % 11) * 0.05 }
        var posteriors = [Float](repeating: 0, count: network.outputCount)
        for _ in 0..<2 {
            var output = posteriors.mutableSpan
            network.process(hop.span, into: &output)
        }
    }
}
