import Basics
import Testing
import Wire

/// Parsing any input returns or throws but never traps. Seeds are fixed so that failures are reproducible.
@Suite struct FuzzTests {
    private func feed(_ line: [UInt8]) {
        _ = try? ClientRequest.parse(line)
        _ = try? ServerLine.parse(line)
    }

    @Test func randomBytesNeverTrap() {
        var random = SplitMix64(seed: 2)
        for _ in 0..<3000 {
            feed((0..<Int.random(in: 0...80, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) })
        }
    }

    @Test func damagedLinesNeverTrap() {
        var random = SplitMix64(seed: 3)
        let lines =
            NotificationTests.golden.map { $0.0.encoded() }
            + RequestTests.commands.map { ClientRequest(id: .integer(1), $0).encoded() }
            + [Response.success(id: .integer(1), ResponseTests.status)]
        for _ in 0..<6000 {
            var line = lines.randomElement(using: &random) ?? []
            for _ in 0..<Int.random(in: 1...4, using: &random) where !line.isEmpty {
                let place = Int.random(in: 0..<line.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: line[place] = UInt8.random(in: 0...255, using: &random)
                case 1: line.remove(at: place)
                case 2: line.insert(UInt8(ascii: "9"), at: place)
                default: line.removeSubrange(place...)
                }
            }
            feed(line)
        }
    }

    @Test func randomNumbersAreRoundedCorrectly() throws {
        var random = SplitMix64(seed: 4)
        for _ in 0..<5000 {
            let value = Double(bitPattern: random.next())
            var writer = JSONWriter()
            writer.beginArray()
            writer.number(value, decimals: 3)
            writer.number(value)
            writer.integer(random.next())
            writer.endArray()
            let line = Array(#"{"id":1,"result":"#.utf8) + writer.bytes + Array("}".utf8)
            guard case .response(_, .success(.array(let read))) = try ServerLine.parse(line) else {
                Issue.record("\(value) is not written as valid JSON")
                continue
            }
            guard value.isFinite else {
                #expect(read[0] == .integer(0) && read[1] == .integer(0))
                continue
            }
            #expect(abs(double(read[0]) - value) <= max(0.000_500_1, abs(value) * 1e-15))
            #expect(double(read[1]) == value)
        }
    }

    @Test func randomTextsRoundTrip() throws {
        var random = SplitMix64(seed: 5)
        for _ in 0..<2000 {
            let scalars = (0..<Int.random(in: 0...12, using: &random)).compactMap { _ in
                Unicode.Scalar(
                    UInt32.random(in: 0...[0x7F, 0x10FFFF][Int.random(in: 0...1, using: &random)], using: &random))
            }
            let text = String(String.UnicodeScalarView(scalars))
            let bytes = SourceState(state: .failed, source: text, detail: text).encoded()
            #expect(!bytes.dropLast().contains(0x0A))
            guard case .message(.sourceState(let read)) = try ServerLine.parse(bytes.dropLast()) else {
                Issue.record("not parsed as a source state")
                continue
            }
            #expect(Array(read.detail.unicodeScalars) == scalars)
        }
    }

    private func double(_ value: JSONValue) -> Double {
        switch value {
        case .integer(let whole): Double(whole)
        case .number(let number): number
        default: .nan
        }
    }
}
