/// The ground a figure is drawn on.
public enum Theme: String, CaseIterable, Sendable {
    /// Light, or dark where the viewer's system asks for dark (`prefers-color-scheme`).
    case auto
    case light
    case dark
}
