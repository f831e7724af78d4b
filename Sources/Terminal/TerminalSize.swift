import Glibc

/// The size of a terminal in character cells.
public struct TerminalSize: Hashable, Sendable {
    public var columns: Int
    public var rows: Int

    public init(columns: Int, rows: Int) {
        self.columns = columns
        self.rows = rows
    }

    /// What is assumed of a terminal that doesn't tell.
    public static let standard = TerminalSize(columns: 80, rows: 24)

    /// The size of the terminal behind `descriptor` now, or the standard one.
    public init(descriptor: Int32) {
        var size = winsize()
        let isKnown = ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 && size.ws_row > 0
        self = isKnown ? TerminalSize(columns: Int(size.ws_col), rows: Int(size.ws_row)) : .standard
    }
}
