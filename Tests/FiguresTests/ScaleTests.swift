import Testing

@testable import Figures

@Suite struct ScaleTests {
    @Test func endsAndMiddle() throws {
        let linear = try Scale(.linear, domain: -2...6)
        #expect(linear.fraction(-2) == 0 && linear.fraction(6) == 1 && linear.fraction(2) == 0.5)
        let logarithmic = try Scale(.logarithmic, domain: 1...100)
        #expect(logarithmic.fraction(1) == 0 && logarithmic.fraction(100) == 1)
        #expect(abs((logarithmic.fraction(10) ?? 0) - 0.5) < 1e-12)
    }

    @Test func unplottableValuesHaveNoPosition() throws {
        let linear = try Scale(.linear, domain: 0...1)
        for value in [Double.nan, .infinity, -.infinity, 1e200] { #expect(linear.fraction(value) == nil) }
        let logarithmic = try Scale(.logarithmic, domain: 1...10)
        #expect(logarithmic.fraction(0) == nil && logarithmic.fraction(-3) == nil)
    }

    @Test(arguments: [0.0, 5, -3, 1e-300, 1e99, 123_456_789])
    func singleValueDomainIsWidened(_ value: Double) throws {
        let scale = try Scale(.linear, domain: value...value)
        let place = try #require(scale.fraction(value))
        #expect(place > 0.3 && place < 0.7)
        #expect(!Ticks(on: scale, target: 5).ticks.isEmpty)
    }

    @Test func invalidAxesAreReported() {
        #expect(throws: FiguresError.self) { try Scale(.logarithmic, domain: 0...1) }
        #expect(throws: FiguresError.self) { try Scale(.logarithmic, domain: -1...1) }
        #expect(throws: FiguresError.self) { try Scale(.linear, domain: 0...Double.infinity) }
    }
}
