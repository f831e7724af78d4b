import Terminal
import Testing

@Suite struct TerminalTraitsTests {
    private func traits(_ environment: [String: String], isTerminal: Bool = true) -> TerminalTraits {
        TerminalTraits(
            isTerminal: isTerminal,
            environment: ["TERM": "xterm-256color", "LANG": "en_GB.UTF-8"].merging(environment) { $1 })
    }

    @Test func detectsColours() {
        #expect(traits([:]) == TerminalTraits(isTerminal: true, colours: .palette256, isUTF8: true))
        #expect(traits(["COLORTERM": "truecolor"]).colours == .direct)
    }

    @Test func pipesAndDumbTerminalsGetPlainText() {
        #expect(traits([:], isTerminal: false).colours == .none)
        #expect(!traits(["TERM": "dumb"]).isTerminal)
        #expect(!traits(["TERM": ""]).isTerminal)
    }

    @Test func noColorDisablesOnlyColours() {
        #expect(traits(["NO_COLOR": "1"]) == TerminalTraits(isTerminal: true, colours: .none, isUTF8: true))
        #expect(traits(["NO_COLOR": ""]).colours == .palette256)
    }

    @Test(arguments: [
        (["LANG": "C"], false), (["LANG": "de_DE.utf8"], true), (["LANG": "de_DE.UTF-8@euro"], true),
        (["LC_ALL": "C"], false), (["LC_ALL": ""], true), (["LC_CTYPE": "C.UTF-8", "LANG": "C"], true),
        (["LANG": "de_DE.ISO-8859-1"], false),
    ]) func localeDeterminesUTF8(environment: [String: String], expected: Bool) {
        #expect(traits(environment).isUTF8 == expected)
    }
}
