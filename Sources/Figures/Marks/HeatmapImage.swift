import Foundation

/// A heatmap as an embedded image, with one pixel per cell or per block of cells.
struct HeatmapImage {
    /// More colours than the eye can distinguish, few enough to compress well.
    private static let levels = 64

    let image: PNGImage

    /// - Parameters:
    ///   - width: the maximum number of pixels across.
    ///   - height: the maximum number of pixels down.
    init(_ map: Heatmap, width: Int, height: Int) {
        let (rows, columns) = (min(map.rows, max(height, 1)), min(map.columns, max(width, 1)))
        var pixels = [UInt8](repeating: 0, count: rows * columns)
        for row in 0..<rows {
            let source = HeatmapRuns.part(row, of: rows, in: map.rows)
            for column in 0..<columns {
                let value = HeatmapRuns.mean(map, source, HeatmapRuns.part(column, of: columns, in: map.columns))
                // The bottom row of the matrix is the last row of the image.
                pixels[(rows - 1 - row) * columns + column] = UInt8(Self.level(of: value, map.range))
            }
        }
        let colors = (0..<Self.levels).map {
            map.colors.components(at: (Double($0) + 0.5) / Double(Self.levels))
        }
        image = PNGImage(width: columns, height: rows, palette: colors + [(0x9A, 0xA0, 0xA6)], pixels: pixels)
    }

    /// The value of an `href` attribute.
    var dataURI: String { "data:image/png;base64," + Data(image.data).base64EncodedString() }

    /// Returns `levels`, the index of the extra colour, for cells without a value.
    private static func level(of value: Double?, _ range: ClosedRange<Double>?) -> Int {
        guard let value, let range else { return levels }
        let extent = range.upperBound - range.lowerBound
        guard extent > 0 else { return levels / 2 }
        return min(Int(min(max((value - range.lowerBound) / extent, 0), 1) * Double(levels)), levels - 1)
    }
}
