import Glibc

/// What may be written to a terminal: decided once, from the descriptor and the environment.
public struct TerminalTraits: Hashable, Sendable {
    /// How many colours there are.
    public enum Colours: Int, Comparable, Hashable, Sendable {
        case none
        /// The xterm palette: 16 colours, a 6x6x6 cube and 24 greys.
        case palette256
        /// 24 bits each.
        case direct

        public static func < (left: Colours, right: Colours) -> Bool { left.rawValue < right.rawValue }
    }

    /// False for a pipe or a file: write plain lines, move no cursor.
    public var isTerminal: Bool
    public var colours: Colours
    /// Whether anything beyond ASCII will arrive as meant.
    public var isUTF8: Bool

    public init(isTerminal: Bool, colours: Colours, isUTF8: Bool) {
        self.isTerminal = isTerminal
        self.colours = colours
        self.isUTF8 = isUTF8
    }

    /// The traits that an environment promises: `TERM`, `COLORTERM`, `NO_COLOR` (https://no-color.org: any value but
    /// the empty one), and the first of `LC_ALL`, `LC_CTYPE`, `LANG` that is set and not empty.
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

    /// The traits of an open descriptor of this process.
    public init(descriptor: Int32) {
        let names = ["TERM", "COLORTERM", "NO_COLOR", "LC_ALL", "LC_CTYPE", "LANG"]
        var environment: [String: String] = [:]
        for name in names {
            if let value = getenv(name) { environment[name] = String(cString: value) }
        }
        self.init(isTerminal: isatty(descriptor) == 1, environment: environment)
    }
}
