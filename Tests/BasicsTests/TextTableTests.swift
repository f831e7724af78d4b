import Basics
import Testing

@Suite struct TextTableTests {
    static let table = TextTable(
        columns: [.words("row"), .init(title: "n")], rows: [["a|b", "7"], [], ["c", "1,024"]])

    @Test func plainText() {
        #expect(Self.table.text == "row      n\n----------\na|b      7\n----------\nc    1,024")
        var bare = Self.table
        bare.hasRule = false
        #expect(bare.text == "row      n\na|b      7\n----------\nc    1,024")
    }

    @Test func markdownEscapesBarsAndHasNoRules() {
        #expect(
            Self.table.markdown
                == "| row  |     n |\n| ---- | ----: |\n| a\\|b |     7 |\n| c    | 1,024 |")
    }
}

@Suite struct NumeralTests {
    @Test(arguments: [
        (0, "0"), (999, "999"), (1000, "1,000"), (-1_234_567, "-1,234,567"), (Int.min, "-9,223,372,036,854,775,808"),
    ])
    func groupsThousands(number: Int, text: String) { #expect(Numeral.grouped(number) == text) }

    @Test(arguments: [
        (0.0, 2, "0.00"), (-0.001, 2, "0.00"), (-0.5, 1, "-0.5"), (1999.996, 2, "2,000.00"), (0.05, 1, "0.1"),
        (3.2, 0, "3"), (.nan, 1, "?"), (.infinity, 3, "?"), (7.0625, 3, "7.063"),
    ])
    func fixesDecimals(number: Double, decimals: Int, text: String) { #expect(Numeral.fixed(number, decimals) == text) }

    @Test func percentAndCount() {
        #expect(Numeral.percent(0.6049) == "60.5%")
        #expect(Numeral.count(1, "label") == "1 label")
        #expect(Numeral.count(2048, "label") == "2,048 labels")
    }

    @Test(arguments: [
        (0.5, 2, "0.50"), (-0.4, 0, "0"), (-0.001, 2, "0.00"), (1234.5, 1, "1234.5"), (12, 0, "12"), (2.5, 0, "3"),
        (0.000_001, 6, "0.000001"), (.nan, 1, "?"), (-.infinity, 0, "?"), (1e15, 0, "?"), (7.062_5, 3, "7.063"),
    ])
    func formatsDecimals(number: Double, places: Int, text: String) {
        #expect(Numeral.decimal(number, places: places) == text)
    }

    @Test func invalidValuesUseGivenText() {
        #expect(Numeral.decimal(.nan, places: 1, invalid: "none") == "none")
        #expect(Numeral.percent(.nan, invalid: "unknown") == "unknown")
    }

    @Test func alignsText() {
        #expect("ab".alignedRight(4) == "  ab" && "ab".alignedLeft(4) == "ab  " && "abc".alignedLeft(2) == "abc")
    }

    /// The output is the nearest decimal number.
    @Test func fixedRoundsToNearest() throws {
        var random = SplitMix64(seed: 9)
        for _ in 0..<2000 {
            let number = random.uniform(-999...999)
            let printed = try #require(Double(Numeral.fixed(number, 3)))
            #expect(abs(printed - number) <= 0.0005001)
        }
    }
}
