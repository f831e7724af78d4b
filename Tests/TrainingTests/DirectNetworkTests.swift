import Basics
import Foundation
import Networks
import Testing

@testable import Training

/// Layer-by-layer training: outputs equal whole-window evaluation, gradients are derivatives, and both agree with the
/// frequency domain implementation.
struct DirectNetworkTests {
    static let layout = ExcerptLayout(window: 96, hop: 16, windowsPerExcerpt: 2, spacing: 2, outputs: 128)

    static let stacks: [[Layer]] = [
        // A spectrogram, a ReLUgram with a hidden layer, a perceptron, shifted and pooled filters, learned pairs.
        [.fourier(width: 32, stride: 16, taper: .hann), .pairs(by: .power), .linear(outputs: 128, bias: true)],
        [
            .fourier(width: 96, stride: 1, taper: .rectangular), .pairs(by: .absolute), .logReLU,
            .linear(outputs: 9, bias: true), .relu, .linear(outputs: 128, bias: false), .logistic,
        ],
        [.convolution(filters: 7, width: 96, stride: 1), .logReLU, .linear(outputs: 128, bias: false)],
        [
            .convolution(filters: 5, width: 40, stride: 3), .logReLU, .averagePool(width: 6, step: 2),
            .linear(outputs: 128, bias: true),
        ],
        [
            .convolution(filters: 6, width: 64, stride: 8), .pairs(by: .power), .logReLU,
            .averagePool(width: 5, step: 5), .linear(outputs: 12, bias: false), .logReLU,
            .linear(outputs: 128, bias: true),
        ],
        [.convolution(filters: 6, width: 50, stride: 9), .pairs(by: .absolute), .linear(outputs: 128, bias: true)],
    ]

    static func network(_ layers: [Layer], normalizes: Bool = false, fixed: Set<Int> = [], threads: Int = 2) throws
        -> DirectNetwork
    {
        let architecture = Architecture(
            conditioning: nil, normalizesWindow: normalizes, layers: layers, heads: [.sounding])
        let network = try DirectNetwork(architecture, layout: layout, batch: 3, fixed: fixed, threads: threads)
        var random = SplitMix64(seed: 5)
        for parameter in network.parameters { parameter.weights.fill { 0.2 * random.gaussian() } }
        network.samples.fill { 0.3 * random.gaussian() }
        return network
    }

    /// The outputs of ``WindowNetwork``, which serves as the definition.
    static func reference(_ network: DirectNetwork, _ layers: [Layer], normalizes: Bool) throws -> [Float] {
        var layers = layers
        if layers.last == .logistic { layers.removeLast() }
        let architecture = Architecture(
            conditioning: nil, normalizesWindow: normalizes, layers: layers, heads: [.sounding])
        var tensors: [String: Tensor] = [:]
        for parameter in network.parameters {
            let values = parameter.weights.array
            switch parameter.role {
            case .filters(let count, let width):
                tensors[parameter.name] = Tensor(
                    shape: [count, width],
                    values: (0..<count * width).map { values[$0 % width * count + $0 / width] })
            case .matrix(let outputs, let inputs):
                tensors[parameter.name] = Tensor(shape: [outputs, inputs], values: values)
            case .bias, .grid: tensors[parameter.name] = Tensor(shape: parameter.shape, values: values)
            }
        }
        let info = ModelInfo(
            name: "test", architecture: architecture, window: layout.window, hop: layout.hop, labelOffset: 48)
        let whole = try WindowNetwork(model: try Model(info: info, tensors: tensors))
        let samples = network.samples.array
        var result: [Float] = []
        for row in 0..<network.batch {
            for window in 0..<layout.windowsPerExcerpt {
                let start = row * layout.samples + window * layout.step
                var output = [Float](repeating: 0, count: 128)
                var span = output.mutableSpan
                whole.evaluate(samples.span.extracting(start..<start + layout.window), into: &span)
                result += output
            }
        }
        return result
    }

    @Test(arguments: stacks.indices, [false, true])
    func forwardEqualsWholeWindows(stack: Int, normalizes: Bool) throws {
        let layers = Self.stacks[stack]
        let network = try Self.network(layers, normalizes: normalizes)
        let expected = try Self.reference(network, layers, normalizes: normalizes)
        network.forward()
        for (a, b) in zip(network.outputs.array, expected) { #expect(abs(a - b) <= 2e-5 * max(1, abs(b))) }
    }

    @Test(arguments: stacks.indices)
    func gradientsAreDerivatives(stack: Int) throws {
        expectDerivatives(try Self.network(Self.stacks[stack]), step: 2e-3, tolerance: 0.02)
    }

    /// Both implementations of the same network give the same outputs and gradients.
    @Test(arguments: [false, true])
    func agreesWithTheSpectralNetwork(normalizes: Bool) throws {
        var architecture = SpectralNetworkTests.architecture
        architecture.normalizesWindow = normalizes
        let windows = normalizes ? 1 : 3
        let layout = ExcerptLayout(window: 128, hop: 16, windowsPerExcerpt: windows, spacing: 2, outputs: 128)
        let geometry = try #require(SpectralGeometry(architecture, layout: layout))
        let networks: [any TrainableNetwork] = [
            SpectralNetwork(geometry: geometry, batch: 2, threads: 2),
            try DirectNetwork(architecture, layout: layout, batch: 2, threads: 2),
        ]
        for network in networks {
            var random = SplitMix64(seed: 8)
            for parameter in network.parameters { parameter.weights.fill { 0.2 * random.gaussian() } }
            network.samples.fill { 0.3 * random.gaussian() }
            network.outputGradients.fill { random.gaussian() }
            network.forward()
            network.backward()
        }
        #expect(networks[0].outputs.array.contains { abs($0) > 0.1 })
        let pairs =
            [(networks[0].outputs, networks[1].outputs)]
            + zip(networks[0].parameters, networks[1].parameters).map { ($0.gradients, $1.gradients) }
        for (a, b) in pairs {
            let largest = b.array.map(abs).max() ?? 0
            for (x, y) in zip(a.array, b.array) { #expect(abs(x - y) <= 2e-5 * max(1, largest)) }
        }
    }

    @Test func fixedLayersHaveNoGradient() throws {
        let network = try Self.network(Self.stacks[3], fixed: [0])
        network.forward()
        network.outputGradients.fill { 1 }
        network.backward()
        #expect(network.parameters.map(\.isTrained) == [false, true, true])
        #expect(network.parameters[1].gradients.array.contains { $0 != 0 })
    }

    @Test(arguments: [
        [Layer.linear(outputs: 128, bias: true), .logReLU],
        [.linear(outputs: 128, bias: true), .logistic, .linear(outputs: 128, bias: true)],
    ])
    func untrainableStacksAreRejected(_ layers: [Layer]) {
        #expect(throws: ModelError.self) { try Self.network(layers) }
    }

    @Test func allLayersFixedIsRejected() {
        #expect(throws: ModelError.self) { try Self.network(Self.stacks[2], fixed: [0, 2]) }
    }
}
