import Basics
import Foundation
import Testing

@testable import Wire

@Suite struct JSONTextTests {
    private enum Name: String, Hashable { case a, b }

    private func json(_ text: String) -> JSONText? { JSONText(Array(text.utf8)) }

    @Test(arguments: [
        "1", " 0 ", "-0", "-1.5e+30", "0.10", "1E2", "null", "true", "false", #""""#, "[]", "{}", "[ ]", "{ }",
        #"{"a":[1,2,{"b":null}],"c":"d"}"#, #"["\u00e9\n\"\\\/\ud83d\ude00"]"#, "\t[1 , 2]\r", "\"\u{7f}é\"",
    ]) func validTextIsAccepted(text: String) {
        #expect(json(text) != nil)
    }

    @Test(arguments: [
        "", " ", "01", "1.", ".5", "+1", "1e", "--1", "-", "nul", "nulll", "True", "'a'", #""a"#, #""\x""#,
        #""\u12g4""#,
        #""\ud800""#, #""\ude00""#, #""\ud800\u0041""#, "\"\u{1}\"", "[1,]", "[,1]", "[1 2]", "{,}", #"{"a"}"#,
        #"{"a":}"#, #"{"a":1,}"#, "{1:2}", "[}", "{]", "[1", #"{"a":1"#, "1 2", "]", "[]]", "NaN", "Infinity",
    ]) func invalidTextIsRejected(text: String) {
        #expect(json(text) == nil)
    }

    @Test func nestingIsLimited() {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(json(nested(JSONGrammar.depthLimit)) != nil)
        #expect(json(nested(JSONGrammar.depthLimit + 1)) == nil)
    }

    @Test func membersAreFoundAndOthersSkipped() throws {
        let members = try #require(
            json(#"{"x":{"a":1},"a":"{\"a\":2}","y":["b",[{}],"]"],"b":-1.50 , "a" : "last","\u0062":7}"#)?
                .members(Name.self))
        #expect(members[.a]?.string == "last")
        #expect(members[.b]?.number == "7")
        #expect(json("[1]")?.members(Name.self) == nil)
        #expect(try #require(json("{}")?.members(Name.self)).isEmpty)
    }

    @Test func numbersKeepTheirText() {
        #expect(json(" 9007199254740993")?.number == "9007199254740993")
        #expect(json("1e400")?.number == "1e400")
        #expect(json("1e400")?.double == nil)
        #expect(json("2.0")?.integer == 2)
        #expect(json("2.5")?.integer == nil)
        #expect(json("\"2\"")?.number == nil)
    }

    @Test func stringsAreUnescaped() {
        #expect(json(#""a\u0041\t\/\ud83d\ude00é""#)?.string == "aA\t/😀é")
        #expect(json(#"["a","\u0062",""]"#)?.strings == ["a", "b", ""])
        #expect(json(#"["a",1]"#)?.strings == nil)
        #expect(json("[]")?.strings == [])
    }

    /// Foundation's parser decides the same about random damage. It differs only where it is lenient, about a comma at
    /// the end of a container, and about numbers beyond the range of a Double, which these lines don't contain.
    @Test func decidesAsFoundationDoes() throws {
        var random = SplitMix64(seed: 6)
        let seeds = [#"{"a":[1,-2.5,true,null,"x\n\u0041"],"b":{"c":{}}}"#, "[[],[0],{\"k\":false}]", "[10,0.5]"]
        let alphabet = Array(#"{}[]":,\n0a1.e-+ tu"#.utf8)
        for _ in 0..<4000 {
            var line = Array((seeds.randomElement(using: &random) ?? "").utf8)
            for _ in 0..<Int.random(in: 1...2, using: &random) {
                let place = Int.random(in: 0..<line.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: line[place] = alphabet.randomElement(using: &random) ?? 0
                case 1: line.remove(at: place)
                default: line.insert(alphabet.randomElement(using: &random) ?? 0, at: place)
                }
            }
            let text = String(decoding: line, as: UTF8.self).filter { $0 != " " }
            if text.contains(",]") || text.contains(",}") { continue }
            let theirs = (try? JSONSerialization.jsonObject(with: Data(line), options: .fragmentsAllowed)) != nil
            #expect((JSONText(line) != nil) == theirs, "\(text)")
        }
    }

    @Test func base64DecodesWhatItEncodes() {
        var random = SplitMix64(seed: 7)
        for count in 0..<70 {
            let values = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            var text: [UInt8] = []
            Base64.append(values, to: &text)
            #expect(text == Array(Data(values).base64EncodedString().utf8))
            #expect(Base64.decode(text[...]) == values)
        }
        for text in ["A", "AA", "AAA", "A===", "====", "AA=A", "A-_A", "AAA ", "AA==AAAA", "é==="] {
            #expect(Base64.decode(text) == nil, "\(text)")
        }
    }
}
