import Basics
import Foundation
import Networks
import Testing

@testable import Training

/// The frequency domain implementation equals the definition, and its gradients are derivatives.
struct SpectralNetworkTests {
    /// A small network of the paper's form in which all extents differ.
    static func small(windows: Int, spacing: Int) throws -> SpectralGeometry {
        let layout = ExcerptLayout(window: 128, hop: 16, windowsPerExcerpt: windows, spacing: spacing, outputs: 128)
        return try #require(SpectralGeometry(architecture, layout: layout))
    }

    static let architecture = Architecture(
        conditioning: nil,
        layers: [
            .convolution(filters: 6, width: 32, stride: 4), .logReLU, .averagePool(width: 8, step: 4),
            .linear(outputs: 128, bias: true),
        ], heads: [.sounding])

    static func network(windows: Int, spacing: Int, threads: Int = 1) throws -> SpectralNetwork {
        let network = SpectralNetwork(
            geometry: try small(windows: windows, spacing: spacing), batch: 3, threads: threads)
        var random = SplitMix64(seed: 7)
        for buffer in [network.samples, network.filterWeights, network.outputWeights, network.bias] {
            for index in 0..<buffer.count { buffer.pointer[index] = 0.3 * random.gaussian() }
        }
        return network
    }

    /// The outputs of every window, computed from the definition in double precision.
    static func reference(_ network: SpectralNetwork) -> [Double] {
        let g = network.geometry
        var result: [Double] = []
        for row in 0..<network.batch {
            for window in 0..<g.windowsPerExcerpt {
                let start = row * g.samples + window * g.layout.step
                var features: [Double] = []
                for region in 0..<g.regions {
                    for filter in 0..<g.filters {
                        var sum = 0.0
                        for position in region * g.poolStep..<(region + g.poolBlocks) * g.poolStep {
                            var response = 0.0
                            for tap in 0..<g.width {
                                response +=
                                    Double(network.filterWeights.pointer[tap * g.filters + filter])
                                    * Double(network.samples.pointer[start + position * g.stride + tap])
                            }
                            sum += log(1 + max(0, response))
                        }
                        features.append(sum / Double(g.poolBlocks * g.poolStep))
                    }
                }
                for output in 0..<g.outputs {
                    var sum = Double(network.bias.pointer[output])
                    for (index, feature) in features.enumerated() {
                        sum += Double(network.outputWeights.pointer[output * g.features + index]) * feature
                    }
                    result.append(sum)
                }
            }
        }
        return result
    }

    @Test(arguments: [(1, 1), (3, 1), (2, 3)])
    func forwardEqualsDefinition(windows: Int, spacing: Int) throws {
        let network = try Self.network(windows: windows, spacing: spacing)
        network.forward()
        for (output, expected) in zip(network.outputs.array, Self.reference(network)) {
            #expect(abs(Double(output) - expected) < 2e-5 * max(1, abs(expected)))
        }
    }

    @Test(arguments: [(1, 1), (3, 2)])
    func gradientsAreDerivatives(windows: Int, spacing: Int) throws {
        let network = try Self.network(windows: windows, spacing: spacing)
        var random = SplitMix64(seed: 11)
        for index in 0..<network.outputGradients.count { network.outputGradients.pointer[index] = random.gaussian() }
        let direction = network.outputGradients.array.map(Double.init)
        func objective() -> Double { zip(Self.reference(network), direction).reduce(0) { $0 + $1.0 * $1.1 } }
        network.forward()
        network.backward()
        let pairs = [
            (network.filterWeights, network.filterGradients.array),
            (network.outputWeights, network.outputWeightGradients.array), (network.bias, network.biasGradients.array),
        ]
        for (weights, gradients) in pairs {
            for index in stride(from: 0, to: weights.count, by: max(1, weights.count / 7)) {
                let kept = weights.pointer[index]
                let step: Float = 1e-3
                weights.pointer[index] = kept + step
                let above = objective()
                weights.pointer[index] = kept - step
                let below = objective()
                weights.pointer[index] = kept
                let numeric = (above - below) / (2 * Double(step))
                #expect(abs(numeric - Double(gradients[index])) < 2e-2 * max(1, abs(numeric)), "weight \(index)")
            }
        }
    }

    @Test func threadsDoNotChangeResults() throws {
        let one = try Self.network(windows: 3, spacing: 1, threads: 1)
        let two = try Self.network(windows: 3, spacing: 1, threads: 2)
        for network in [one, two] {
            network.forward()
            for index in 0..<network.outputs.count {
                network.outputGradients.pointer[index] = network.outputs.pointer[index]
            }
            network.backward()
        }
        for (a, b) in [
            (one.filterGradients, two.filterGradients), (one.outputWeightGradients, two.outputWeightGradients),
            (one.biasGradients, two.biasGradients),
        ] {
            for (x, y) in zip(a.array, b.array) { #expect(abs(x - y) <= 1e-4 * max(1, abs(x))) }
        }
    }
}
