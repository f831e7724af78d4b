/// Colour scales of heatmaps, from low to high.
public enum ColorMap: String, CaseIterable, Sendable {
    /// Dark violet to yellow, with uniform lightness steps; readable in greyscale and with colour blindness.
    case viridis
    /// White to dark blue: for costs and posteriors, most of which are near zero.
    case blues

    /// The number of colours in a heatmap. More would enlarge the file without a visible difference.
    static let levels = 32

    /// Red, green and blue at equal distances, 0...255. Viridis is sampled from van der Walt and Smith (2015, CC0).
    private var anchors: [(Double, Double, Double)] {
        switch self {
        case .viridis:
            [
                (68, 1, 84), (71, 44, 122), (59, 81, 139), (44, 113, 142), (33, 144, 141), (39, 173, 129),
                (92, 200, 99), (170, 220, 50), (253, 231, 37),
            ]
        case .blues: [(247, 251, 255), (200, 221, 240), (115, 178, 216), (41, 121, 185), (8, 48, 107)]
        }
    }

    /// The colour at `fraction` from low (0) to high (1), as "#rrggbb".
    public func color(at fraction: Double) -> String {
        let (red, green, blue) = components(at: fraction)
        return "#" + [red, green, blue].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// The colour at `fraction` as red, green and blue.
    func components(at fraction: Double) -> (UInt8, UInt8, UInt8) {
        let anchors = anchors
        let place = min(max(fraction.isFinite ? fraction : 0, 0), 1) * Double(anchors.count - 1)
        let low = min(Int(place), anchors.count - 2)
        let rest = place - Double(low)
        let (a, b) = (anchors[low], anchors[low + 1])
        func mixed(_ low: Double, _ high: Double) -> UInt8 {
            UInt8(min(max(low + (high - low) * rest, 0), 255).rounded())
        }
        return (mixed(a.0, b.0), mixed(a.1, b.1), mixed(a.2, b.2))
    }
}
