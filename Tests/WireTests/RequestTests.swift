import Testing
import Wire

@Suite struct RequestTests {
    private func parse(_ text: String) throws(RefusedRequest) -> ClientRequest {
        try ClientRequest.parse(Array(text.utf8))
    }

    private func rejection(_ text: String) -> RefusedRequest? {
        do {
            _ = try parse(text)
            return nil
        } catch {
            return error
        }
    }

    static let commands: [Command] = [
        .subscribe([.level, .activations]), .subscribe([]), .unsubscribe([.notes]), .status, .ping,
        .scoreLoad(.path("/music/a b.mid")), .scoreLoad(.data(name: "é.mxl", bytes: [0, 255, 7, 9])), .scoreUnload,
        .followStart, .followPause, .followResume, .followGoto(.beat(17.5)), .followGoto(.measure("9")),
        .followGoto(.measure("06")), .followGoto(.measure("+6")), .followGoto(.measure("-1")),
        .followGoto(.measure("12a", pass: 2)), .subscribe([.position], positionRate: 12.5),
        .subscribe([], positionRate: 0),
        .scoreLoad(.path("/a"), .init(method: .dixon, repeats: .nearest)),
        .followGoto(.label("B")), .modelLoad(path: "/models/x.safetensors"), .sourceSelect("pulse:mic \"1\""),
        .tuningSet(a4: 427.5), .tuningSet(a4: nil), .configReload,
    ]

    @Test(arguments: commands) func commandsRoundTrip(command: Command) throws {
        for id in [nil, .integer(7), .string("a\u{0}\\"), .number("1.5"), .null] as [RequestID?] {
            let request = ClientRequest(id: id, command)
            #expect(try ClientRequest.parse(Array(request.encoded().dropLast())) == request)
        }
    }

    /// The response repeats the id character by character, whatever a Double could represent.
    @Test(arguments: [
        "7", "-7", "0", "-0", "9007199254740993", "-9223372036854775808", "9223372036854775808",
        "123456789012345678901234567890", "1e400", "1E+2", "1.50", "0.1", "1e-400", "null", #""a\u0000""#, #""é\"\\""#,
    ]) func idsComeBackUnchanged(id: String) throws {
        let request = try parse(#"{"jsonrpc":"2.0","id": \#(id) ,"method":"ping"}"#)
        let response = Response.success(id: try #require(request.id), EmptyResult())
        #expect(
            String(decoding: response, as: UTF8.self) == #"{"jsonrpc":"2.0","id":\#(id),"result":{}}"# + "\n")
    }

    @Test func longIDsAreRejected() throws {
        let id = String(repeating: "1", count: 4097)
        let rejected = try #require(rejection(#"{"jsonrpc":"2.0","id":\#(id),"method":"ping"}"#))
        #expect(rejected.id == .null && rejected.error.message.contains("4096"))
    }

    @Test func longTextsAreRejected() throws {
        let path = "/" + String(repeating: "x", count: 4096)
        let line = #"{"jsonrpc":"2.0","id":5,"method":"model.load","params":{"path":"\#(path)"}}"#
        let rejected = try #require(rejection(line))
        #expect(rejected.error.message.contains("4096") && rejected.error.message.count < 200)
    }

    @Test func escapedBase64IsAccepted() throws {
        let line = #"{"jsonrpc":"2.0","id":5,"method":"score.load","params":{"name":"a","data_base64":"\/\u002F\/\/"}}"#
        #expect(try parse(line).command == .scoreLoad(.data(name: "a", bytes: [255, 255, 255])))
    }

    @Test func longLinesAreCheckedForUTF8() throws {
        let line = Array(#"{"jsonrpc":"2.0","id":5,"method":"ping","params":{"x":""#.utf8) + [0xFF] + Array("\"}}".utf8)
        let rejected = #expect(throws: RefusedRequest.self) { try ClientRequest.parse(longLine: line) }
        #expect(rejected?.error == .invalidUTF8)
    }

    @Test func everyMethodIsCovered() {
        #expect(Set(Self.commands.map(\.method)) == Set(Command.Method.allCases))
    }

    @Test func unsubscribeWithoutTopicsRemovesAll() throws {
        let request = try parse(#"{"jsonrpc":"2.0","id":1,"method":"unsubscribe"}"#)
        #expect(request.command == .unsubscribe(Set(Topic.allCases)))
    }

    @Test func aRateAloneKeepsTheTopics() throws {
        let request = try parse(#"{"jsonrpc":"2.0","id":1,"method":"subscribe","params":{"position_rate":4}}"#)
        #expect(request.command == .subscribe([], positionRate: 4))
    }

    @Test func unknownMembersAreIgnored() throws {
        let request = try parse(#" {"extra":{"a":[1]},"method":"ping","jsonrpc":"2.0","id":"x","params":{"b":2}} "#)
        #expect(request == ClientRequest(id: .string("x"), .ping))
    }

    @Test(arguments: [
        ("garbage", RequestID?.some(.null), -32700, "not valid JSON"),
        (#"{"jsonrpc":"2.0","id":1"#, .some(.null), -32700, "not valid JSON"),
        (#"[{"jsonrpc":"2.0","id":1,"method":"ping"}]"#, .some(.null), -32600, "batches"),
        ("  []", .some(.null), -32600, "batches"),
        ("7", .some(.null), -32600, "object"),
        (#""ping""#, .some(.null), -32600, "object"),
        ("{}", .some(.null), -32600, "jsonrpc"),
        (#"{"id":5,"method":"ping"}"#, .some(.integer(5)), -32600, "jsonrpc"),
        (#"{"jsonrpc":"1.0","id":5,"method":"ping"}"#, .some(.integer(5)), -32600, "jsonrpc"),
        (#"{"jsonrpc":"2.0","id":5}"#, .some(.integer(5)), -32600, "method"),
        (#"{"jsonrpc":"2.0","id":5,"method":3}"#, .some(.integer(5)), -32600, "method"),
        (#"{"jsonrpc":"2.0","id":{},"method":"ping"}"#, .some(.null), -32600, "id"),
        (#"{"jsonrpc":"2.0","id":true,"method":"ping"}"#, .some(.null), -32600, "id"),
        (#"{"jsonrpc":"2.0","id":5,"method":"dance"}"#, .some(.integer(5)), -32601, "'dance'"),
        (#"{"jsonrpc":"2.0","method":"dance"}"#, nil, -32601, "'dance'"),
        (#"{"jsonrpc":"2.0","id":5,"method":"subscribe"}"#, .some(.integer(5)), -32602, "topics"),
        (
            #"{"jsonrpc":"2.0","id":5,"method":"subscribe","params":{"topics":["notes","tea"]}}"#,
            .some(.integer(5)), -32602, "'tea'; the topics are notes, position, state, level, activations"
        ),
        (
            #"{"jsonrpc":"2.0","id":5,"method":"subscribe","params":{"topics":"notes"}}"#, .some(.integer(5)), -32602,
            "list"
        ),
        (#"{"jsonrpc":"2.0","id":5,"method":"subscribe","params":["notes"]}"#, .some(.integer(5)), -32602, "named"),
        (
            #"{"jsonrpc":"2.0","id":5,"method":"model.load","params":{"path":"m.st"}}"#, .some(.integer(5)), -32602,
            "absolute"
        ),
        (#"{"jsonrpc":"2.0","id":5,"method":"model.load","params":{"path":""}}"#, .some(.integer(5)), -32602, "path"),
        (#"{"jsonrpc":"2.0","id":5,"method":"model.load","params":{"path":7}}"#, .some(.integer(5)), -32602, "path"),
        (#"{"jsonrpc":"2.0","id":5,"method":"follow.goto","params":{}}"#, .some(.integer(5)), -32602, "exactly one"),
        (
            #"{"jsonrpc":"2.0","id":5,"method":"follow.goto","params":{"beat":1,"measure":1}}"#, .some(.integer(5)),
            -32602, "exactly one"
        ),
        (#"{"jsonrpc":"2.0","id":5,"method":"follow.goto","params":{"beat":"x"}}"#, .some(.integer(5)), -32602, "beat"),
        (
            #"{"jsonrpc":"2.0","id":5,"method":"follow.goto","params":{"measure":[]}}"#, .some(.integer(5)), -32602,
            "12a"
        ),
        (
            #"{"jsonrpc":"2.0","id":5,"method":"follow.goto","params":{"measure":1,"pass":0}}"#, .some(.integer(5)),
            -32602,
            "pass"
        ),
        (
            #"{"jsonrpc":"2.0","id":5,"method":"subscribe","params":{"position_rate":-1}}"#, .some(.integer(5)), -32602,
            "position_rate"
        ),
        (
            #"{"jsonrpc":"2.0","id":5,"method":"score.load","params":{"path":"/a","method":7}}"#, .some(.integer(5)),
            -32602,
            "method must be"
        ),
        (
            #"{"jsonrpc":"2.0","id":5,"method":"score.load","params":{"path":"/a","repeats":"x"}}"#,
            .some(.integer(5)), -32602, "repeats is 'x'; it must be one of score-order, nearest, evidence"
        ),
        (#"{"jsonrpc":"2.0","id":5,"method":"score.load","params":{}}"#, .some(.integer(5)), -32602, "either"),
        (
            #"{"jsonrpc":"2.0","id":5,"method":"score.load","params":{"name":"a.mid","data_base64":"?"}}"#,
            .some(.integer(5)), -32602, "base64"
        ),
        (#"{"jsonrpc":"2.0","id":5,"method":"source.select","params":{}}"#, .some(.integer(5)), -32602, "source"),
    ]) func invalidLinesGetClearErrors(line: String, id: RequestID?, code: Int, words: String) throws {
        let rejected = try #require(rejection(line))
        #expect(rejected.id == id)
        #expect(rejected.error.code == code)
        #expect(rejected.error.message.contains(words))
        #expect(!rejected.error.message.contains("\n"))
    }

    @Test func longNamesAreTruncatedInMessages() throws {
        let name = String(repeating: "x", count: 100_000)
        let rejected = try #require(rejection(#"{"jsonrpc":"2.0","id":5,"method":"\#(name)"}"#))
        #expect(rejected.error.message.count < 400)
    }

    @Test func deepNestingIsRejected() {
        let deep = String(repeating: "[", count: 1_000_000)
        #expect(rejection(#"{"jsonrpc":"2.0","id":5,"method":"ping","params":"# + deep)?.error.code == -32700)
        let objects = String(repeating: #"{"a":"#, count: 200_000)
        #expect(rejection(objects)?.error.code == -32700)
    }

    @Test func largeUnknownParametersAreCheap() throws {
        let line =
            #"{"jsonrpc":"2.0","id":5,"method":"ping","params":{"x":["# + String(repeating: "1,", count: 500_000)
            + "1]}}"
        let elapsed = try ContinuousClock().measure { _ = try parse(line) }
        #expect(elapsed < .seconds(5))
    }

    @Test func tuningsOutOfRangeAreRejected() throws {
        for value in ["414.9", "466.1", "\"415\"", "true", "1e999"] {
            let text = #"{"jsonrpc":"2.0","id":1,"method":"tuning.set","params":{"a4":\#(value)}}"#
            let error = try #require(rejection(text)).error
            #expect([.invalidParameters, .parse].contains(error.knownCode), "\(value)")
        }
        let missing = try #require(rejection(#"{"jsonrpc":"2.0","id":1,"method":"tuning.set","params":{}}"#)).error
        #expect(missing.message.contains("415 to 466"))
    }
}
