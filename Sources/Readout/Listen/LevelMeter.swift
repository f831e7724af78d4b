import Terminal
import Wire

/// A level bar from -60 dB to full scale: green, yellow above -12 dB, red above -3 dB, with a peak-hold mark.
struct LevelMeter {
    static let range = -60.0...0.0

    let traits: TerminalTraits
    /// In cells.
    let width: Int

    func draw(_ level: Level?, heldPeak: Double?, on grid: inout CellGrid, row: Int, column: Int) {
        guard width > 0 else { return }
        let eighths = level.map { Int(share($0.rms) * Double(width * 8)) } ?? 0
        for x in 0..<width {
            let filled = min(max(eighths - x * 8, 0), 8)
            let character: Unicode.Scalar =
                traits.isUTF8 ? Cell.Block.leftEighths[filled] : filled >= 4 ? "=" : traits.colours == .none ? "." : " "
            grid[row, column + x] = Cell(
                character, foreground: colour(atCell: x), background: traits.colours == .none ? nil : Palette.octaveRow)
        }
        guard level != nil, let heldPeak else { return }
        let x = min(Int(share(heldPeak) * Double(width)), width - 1)
        guard x * 8 >= eighths else { return }
        grid[row, column + x] = Cell(
            traits.isUTF8 ? "\u{2502}" : "|", foreground: colour(atCell: x),
            background: traits.colours == .none ? nil : Palette.octaveRow, isBold: true)
    }

    private func share(_ decibels: Double) -> Double {
        let (low, high) = (Self.range.lowerBound, Self.range.upperBound)
        guard decibels > low else { return 0 }
        return min((decibels - low) / (high - low), 1)
    }

    private func colour(atCell x: Int) -> Colour {
        let decibels = Self.range.lowerBound * (1 - (Double(x) + 0.5) / Double(width))
        return decibels > -3 ? Palette.alarm : decibels > -12 ? Palette.warning : Palette.good
    }
}
