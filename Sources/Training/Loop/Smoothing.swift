import Networks

extension Recipe {
    /// A filter appended to a trained network of convolutions over time and frequency. It averages the scores (log
    /// odds) for sounding notes over neighbouring hops. Onset scores must stay sharp: their weights are a quarter, a
    /// half and a quarter over three hops.
    ///
    /// Smoothing reduces the accuracy on the recordings that a network was trained on, but raises it on others, where
    /// scores are noisier (docs/studies/experiments.md). It isn't part of training, because training would learn to
    /// undo it. It lengthens the model's window by `hops - 1` hops and moves the label by half of that.
    public struct Smoothing: Codable, Equatable, Sendable {
        /// Number of hops to average over; odd.
        public var hops: Int

        /// Inserts the filter before the layer that assigns bands to notes.
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

        /// The index of the layer `notes`, if it follows a convolution over time and frequency.
        private static func place(in architecture: Architecture) -> Int? {
            architecture.layers.indices.dropFirst().first { index in
                guard case .notes = architecture.layers[index], case .grid = architecture.layers[index - 1] else {
                    return false
                }
                return true
            }
        }

        /// Why a network cannot be smoothed; nil if it can.
        func problem(with architecture: Architecture) -> String? {
            if !(3...63).contains(hops) || hops % 2 == 0 {
                return "smoothing.hops is \(hops); it must be odd and from 3 to 63"
            }
            return Self.place(in: architecture) == nil ? "smoothing requires a layer 'notes' after a layer 'grid'" : nil
        }
    }
}
