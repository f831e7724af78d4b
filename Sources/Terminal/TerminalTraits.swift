import Glibc

/// The output capabilities of a terminal, determined from the descriptor and the environment.
public struct TerminalTraits: Hashable, Sendable {
    /// The supported colours.
    public enum Colours: Int, Comparable, Hashable, Sendable {
        case none
        /// The xterm palette: 16 colours, a 6x6x6 cube and 24 greys.
        case palette256
        /// 24-bit colour.
        case direct

        public static func < (left: Colours, right: Colours) -> Bool { left.rawValue < right.rawValue }
    }

    /// False for a pipe or a file, and for a terminal that cannot move its cursor: write plain lines.
    public var isTerminal: Bool
    public var colours: Colours
    /// Whether the terminal displays UTF-8; if false, write ASCII only.
    public var isUTF8: Bool

    public init(isTerminal: Bool, colours: Colours, isUTF8: Bool) {
        self.isTerminal = isTerminal
        self.colours = colours
        self.isUTF8 = isUTF8
    }

    /// The capabilities according to `TERM`, `COLORTERM`, `NO_COLOR` (https://no-color.org: any non-empty value), and
    /// the first of `LC_ALL`, `LC_CTYPE` and `LANG` that is not empty.
    public init(isTerminal: Bool, environment: [String: String]) {
        let term = environment["TERM"] ?? ""
        let canMoveCursor = isTerminal && !term.isEmpty && term != "dumb"
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
        let charset = locale.split(separator: ".").dropFirst().first?.split(separator: "@").first ?? ""
        let colourTerm = environment["COLORTERM"] ?? ""

        self.isTerminal = canMoveCursor
        isUTF8 = ["utf-8", "utf8"].contains(charset.lowercased())
        if !canMoveCursor || !(environment["NO_COLOR"] ?? "").isEmpty {
            colours = .none
        } else if colourTerm == "truecolor" || colourTerm == "24bit" {
            colours = .direct
        } else {
            colours = .palette256
        }
    }

    /// The capabilities of an open descriptor of this process.
    public init(descriptor: Int32) {
        let names = ["TERM", "COLORTERM", "NO_COLOR", "LC_ALL", "LC_CTYPE", "LANG"]
        var environment: [String: String] = [:]
        for name in names {
            if let value = getenv(name) { environment[name] = String(cString: value) }
        }
        self.init(isTerminal: isatty(descriptor) == 1, environment: environment)
    }
}

/// The size of a terminal in character cells.
public struct TerminalSize: Hashable, Sendable {
    public var columns: Int
    public var rows: Int

    public init(columns: Int, rows: Int) {
        self.columns = columns
        self.rows = rows
    }

    /// The size assumed for a terminal that does not report one.
    public static let standard = TerminalSize(columns: 80, rows: 24)

    /// The current size of the terminal behind `descriptor`, or the standard size.
    public init(descriptor: Int32) {
        var size = winsize()
        let isKnown = ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 && size.ws_row > 0
        self = isKnown ? TerminalSize(columns: Int(size.ws_col), rows: Int(size.ws_row)) : .standard
    }
}
