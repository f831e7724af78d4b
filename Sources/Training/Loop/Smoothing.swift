import Networks

extension Recipe {
    /// What is put behind a trained network of convolutions over time and frequency: the mean of its scores (log odds) over neighbouring hops.
    /// That is for sounding notes; beginnings, which must stay sharp, are a quarter, a half and a quarter of three hops.
    ///
    /// On the recordings that a network was trained on it would lose by that; on others, where scores are noisy, it wins
    /// (docs/studies/experiments.md). It is no part of training, which would only learn to undo it. The model's window is longer than the recipe's
    /// by the mean's reach, and its label lies in the mean's middle.
    public struct Smoothing: Codable, Equatable, Sendable {
        /// Hops that the mean is taken over.
        public var hops: Int

        /// Puts the mean before the layer that makes notes of bands.
        func append(to info: inout ModelInfo, _ tensors: inout [String: Tensor]) {
            guard let place = Self.place(in: info.architecture) else { return }
            let maps = info.architecture.heads.count
            info.architecture.layers.insert(.grid(GridConvolution(maps: maps, time: hops, bands: 1)), at: place)
            info.window += (hops - 1) * info.hop
            info.labelOffset += (hops - 1) * info.hop / 2
            var mean = Tensor(shape: [hops, 1, maps, maps], values: [Float](repeating: 0, count: hops * maps * maps))
            for (map, head) in info.architecture.heads.enumerated() {
                for hop in 0..<hops {
                    let weight: Float =
                        switch (head, abs(hop - hops / 2)) {
                        case (.sounding, _): 1 / Float(hops)
                        case (.onset, 0): 0.5
                        case (.onset, 1): 0.25
                        case (.onset, _): 0
                        }
                    mean.values[(hop * maps + map) * maps + map] = weight
                }
            }
            tensors[Architecture.weightName(place)] = mean
            tensors[Architecture.biasName(place)] = Tensor(shape: [maps], values: [Float](repeating: 0, count: maps))
        }

        /// The index of the layer `notes`, behind a convolution over time and frequency.
        private static func place(in architecture: Architecture) -> Int? {
            architecture.layers.indices.dropFirst().first { index in
                guard case .notes = architecture.layers[index], case .grid = architecture.layers[index - 1] else {
                    return false
                }
                return true
            }
        }

        /// Why a network can't be smoothed so; nil if it can.
        func problem(with architecture: Architecture) -> String? {
            if !(3...63).contains(hops) || hops % 2 == 0 {
                return "smoothing.hops is \(hops); it takes an odd number from 3 to 63"
            }
            return Self.place(in: architecture) == nil ? "smoothing needs a layer 'notes' behind a layer 'grid'" : nil
        }
    }
}
