import Basics
import Foundation
import Testing

@testable import Figures

@Suite struct TickTests {
    @Test func ticksAreRoundNumbers() throws {
        func labels(_ range: ClosedRange<Double>, _ target: Int) throws -> [String] {
            Ticks(on: try Scale(.linear, domain: range), target: target).ticks.map(\.label)
        }
        #expect(try labels(0...1, 5) == ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"])
        #expect(try labels(0...3.5, 7) == ["0.0", "0.5", "1.0", "1.5", "2.0", "2.5", "3.0", "3.5"])
        #expect(try labels(-3...7, 5) == ["-2", "0", "2", "4", "6"])
        #expect(try labels(0...20_000, 4) == ["0", "5,000", "10,000", "15,000", "20,000"])
        #expect(try labels(0...7500, 8) == ["0", "1000", "2000", "3000", "4000", "5000", "6000", "7000"])
        #expect(try labels(0...3e9, 3) == ["0", "1e9", "2e9", "3e9"])
        #expect(try labels(0...3e-9, 3) == ["0", "1e-9", "2e-9", "3e-9"])
    }

    /// Over twenty orders of magnitude, the number of ticks is reasonable, and ticks are in range, evenly spaced, and
    /// have distinct labels.
    @Test func linearTickProperties() throws {
        var random = SplitMix64(seed: 1)
        for _ in 0..<5000 {
            let size = pow(10, Double.random(in: -10...10, using: &random))
            let low = Double.random(in: -1...1, using: &random) * size
            let span = size * pow(10, Double.random(in: -4...1, using: &random))
            let scale = try Scale(.linear, domain: low...low + span)
            let target = Int.random(in: 2...12, using: &random)
            let ticks = Ticks(on: scale, target: target)
            let values = ticks.ticks.map(\.value)
            let step = try #require(ticks.step)
            #expect(values.count <= target + 1 && values.count >= max(target / 3, 1), "\(scale.domain) \(values)")
            let slack = 1e-6 * step
            #expect(values.allSatisfy { $0 >= low - slack && $0 <= low + span + slack }, "\(scale.domain) \(values)")
            #expect(zip(values, values.dropFirst()).allSatisfy { abs($1 - $0 - step) < slack }, "\(values)")
            #expect(Set(ticks.ticks.map(\.label)).count == values.count, "\(ticks.ticks.map(\.label))")
            let mantissa = step / pow(10, log10(step * 1.000001).rounded(.down))
            #expect([1, 2, 5].contains { abs(mantissa - $0) < 1e-6 }, "\(step)")
        }
    }

    /// A label parses as the value of its tick.
    @Test func labelsParseAsTheirValues() throws {
        var random = SplitMix64(seed: 2)
        for _ in 0..<2000 {
            let size = pow(10, Double.random(in: -12...12, using: &random))
            let low = Double.random(in: -1...1, using: &random) * size
            let ticks = Ticks(on: try Scale(.linear, domain: low...low + size), target: 6)
            for tick in ticks.ticks {
                let read = try #require(Double(tick.label.filter { $0 != "," }), "\(tick.label)")
                #expect(abs(read - tick.value) <= 1e-9 * size, "\(tick.label) at \(tick.value)")
            }
        }
    }

    @Test func logarithmicTicksAreInRange() throws {
        var random = SplitMix64(seed: 3)
        for _ in 0..<2000 {
            let low = pow(10, Double.random(in: -20...20, using: &random))
            let high = low * pow(10, Double.random(in: 0.05...12, using: &random))
            let target = Int.random(in: 2...9, using: &random)
            let ticks = Ticks(on: try Scale(.logarithmic, domain: low...high), target: target).ticks
            #expect(!ticks.isEmpty, "\(low)...\(high)")
            #expect(ticks.count <= max(target + 1, 9), "\(low)...\(high): \(ticks.map(\.label))")
            #expect(ticks.allSatisfy { $0.value >= low * 0.999999 && $0.value <= high * 1.000001 }, "\(low)...\(high)")
            #expect(zip(ticks, ticks.dropFirst()).allSatisfy { $0.value < $1.value })
        }
    }

    @Test func decadesAreLabelled() throws {
        let ticks = Ticks(on: try Scale(.logarithmic, domain: 1e-6...1e8), target: 20).ticks
        #expect(ticks.first?.label == "10⁻⁶" && ticks.last?.label == "10⁸")
        #expect(ticks.contains { $0.label == "0.01" } && ticks.contains { $0.label == "100" })
    }

    @Test func enclosingRangesEndAtTicks() throws {
        #expect(Ticks.enclosing(0.56...0.714, target: 5) == 0.55...0.75)
        #expect(Ticks.enclosing(0...1, target: 5) == 0...1)
        var random = SplitMix64(seed: 4)
        for _ in 0..<2000 {
            let low = Double.random(in: -100...100, using: &random)
            let high = low + pow(10, Double.random(in: -3...3, using: &random))
            let range = Ticks.enclosing(low...high, target: 5)
            let slack = 1e-6 * (high - low)
            #expect(range.lowerBound <= low + slack && range.upperBound >= high - slack)
            #expect(range.upperBound - range.lowerBound <= 2 * (high - low) + slack, "\(low)...\(high): \(range)")
        }
    }
}
