import Testing

@testable import Networks

/// The lag groups must add up to the plain sum over all lags, for any number of lags.
struct StreamingLinearTests {
    @Test(arguments: [1, 2, 3, 4, 5, 8, 16, 17, 28, 33])
    func matchesPlainSum(lags: Int) {
        var random = SystemRandomNumberGenerator.seeded(UInt64(lags))
        let (features, outputs, hops) = (7, 40, 150)
        let weights = (0..<lags).map { _ in
            (0..<features * outputs).map { _ in Float.random(in: -1...1, using: &random) }
        }
        let bias = (0..<outputs).map { _ in Float.random(in: -1...1, using: &random) }
        let inputs = (0..<hops).map { _ in (0..<features).map { _ in Float.random(in: -1...1, using: &random) } }
        let linear = StreamingLinear(weights: weights, featureCount: features, outputCount: outputs, bias: bias)
        for hop in 0..<hops {
            linear.begin().update(from: inputs[hop], count: features)
            let result = linear.complete()
            for output in 0..<outputs {
                var expected = Double(bias[output])
                for lag in 0..<min(lags, hop + 1) {
                    for feature in 0..<features {
                        expected += Double(weights[lag][feature * outputs + output] * inputs[hop - lag][feature])
                    }
                }
                #expect(abs(Double(result[output]) - expected) < 2e-4, "lag count \(lags), hop \(hop)")
            }
            if hop % 2 == 0 { linear.settle() }
        }
    }
}
