/// The background of a figure.
public enum Theme: String, CaseIterable, Sendable {
    /// Light, or dark if the viewer's system prefers dark (`prefers-color-scheme`).
    case auto
    case light
    case dark
}

/// The CSS embedded in every figure: the only definition of colours and text sizes.
///
/// Uses classes rather than CSS variables, because librsvg, Inkscape and others support only the former. Viewers
/// without support for media queries show the light theme.
enum StyleSheet {
    /// The class of the root element. Every rule is scoped to it, so that an embedded figure does not affect the page
    /// around it.
    static let root = "noted-figure"
    /// The number of colours; further series reuse them with dashes.
    static let seriesCount = light.series.count

    static let titleSize = 16.0
    static let panelTitleSize = 13.0
    static let axisTitleSize = 12.0
    static let tickSize = 11.0
    static let legendSize = 12.0
    static let noteSize = 11.0

    private struct Colours {
        var ground: String
        var text: String
        var muted: String
        var axis: String
        var grid: String
        var missing: String
        var series: [String]
    }

    /// Okabe and Ito's palette, distinguishable with any of the common colour blindnesses (Color Universal Design,
    /// 2008), without its yellow, which is hard to see on white.
    private static let light = Colours(
        ground: "#ffffff", text: "#1b1f23", muted: "#59636e", axis: "#6e7781", grid: "#e4e8ec", missing: "#c9ced4",
        series: ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#4d4d4d"])
    /// The same hues, lighter, for a dark background.
    private static let dark = Colours(
        ground: "#14181d", text: "#e8ebee", muted: "#a3adb8", axis: "#7d8894", grid: "#2b323a", missing: "#49525c",
        series: ["#4aa8e8", "#ff8547", "#2ec79b", "#e79cc6", "#f2b53c", "#9ad4f5", "#bfc5cc"])

    static func text(_ theme: Theme) -> String {
        switch theme {
        case .light: fixed + rules(light)
        case .dark: fixed + rules(dark)
        case .auto: fixed + rules(light) + "@media (prefers-color-scheme: dark) {\n\(rules(dark))}\n"
        }
    }

    private static let fixed = """
        .\(root) text { font-family: "Helvetica Neue", Arial, "Liberation Sans", "DejaVu Sans", sans-serif; }
        .\(root) .title { font-size: \(Int(titleSize))px; font-weight: 600; }
        .\(root) .head { font-size: \(Int(panelTitleSize))px; font-weight: 600; }
        .\(root) .name { font-size: \(Int(axisTitleSize))px; }
        .\(root) .tick { font-size: \(Int(tickSize))px; }
        .\(root) .line { fill: none; stroke-linejoin: round; stroke-linecap: round; }
        .\(root) .axis, .\(root) .grid { fill: none; stroke-width: 1; }

        """

    private static func rules(_ colours: Colours) -> String {
        var text = """
            .\(root) .ground { fill: \(colours.ground); }
            .\(root) text { fill: \(colours.text); }
            .\(root) .muted { fill: \(colours.muted); }
            .\(root) .axis { stroke: \(colours.axis); }
            .\(root) .grid { stroke: \(colours.grid); }
            .\(root) .missing { stroke: \(colours.missing); }

            """
        for (index, colour) in colours.series.enumerated() {
            text += ".\(root) .s\(index) { stroke: \(colour); } .\(root) .f\(index) { fill: \(colour); }\n"
        }
        return text
    }
}
