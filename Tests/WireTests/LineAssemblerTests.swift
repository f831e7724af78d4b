import Basics
import Testing
import Wire

@Suite struct LineAssemblerTests {
    private func events(_ chunks: [[UInt8]], limit: Int = 64) -> [LineAssembler.Event] {
        var assembler = LineAssembler(limit: limit)
        return chunks.flatMap { assembler.append($0) }
    }

    private func line(_ text: String) -> LineAssembler.Event { .line(Array(text.utf8)) }

    @Test func linesDoNotDependOnChunking() {
        let stream = Array("one\r\n\ntwo\nthrée\n".utf8)
        let expected = [line("one"), line("two"), line("thrée")]
        for size in 1...stream.count {
            let chunks = stride(from: 0, to: stream.count, by: size).map {
                Array(stream[$0..<min($0 + size, stream.count)])
            }
            #expect(events(chunks) == expected)
        }
    }

    @Test func anIncompleteLineIsHeldBack() {
        var assembler = LineAssembler()
        #expect(assembler.append(Array("half".utf8)) == [])
        #expect(assembler.append(Array(" a line\nx".utf8)) == [line("half a line")])
    }

    @Test(arguments: ["\n", "\r\n"]) func linesUpToTheLimitAreAccepted(ending: String) {
        let exact = [UInt8](repeating: 0x61, count: 8)
        let stream = exact + Array(ending.utf8) + exact + [0x61] + Array(ending.utf8) + Array("ok\n".utf8)
        let expected: [LineAssembler.Event] = [.line(exact), .oversize, line("ok")]
        for size in 1...stream.count {
            let chunks = stride(from: 0, to: stream.count, by: size).map {
                Array(stream[$0..<min($0 + size, stream.count)])
            }
            #expect(events(chunks, limit: 8) == expected)
        }
    }

    @Test func anOversizeLineIsReportedOnceAndNotStored() {
        var assembler = LineAssembler(limit: 100)
        let chunk = [UInt8](repeating: 0x61, count: 90)
        var all: [LineAssembler.Event] = []
        for _ in 0..<1000 { all += assembler.append(chunk) }
        all += assembler.append(Array("\nnext\n".utf8))
        #expect(all == [.oversize, line("next")])
    }

    @Test func longLinesAreNotCheckedForUTF8() {
        var assembler = LineAssembler(limit: 16, longLine: 4)
        let stream: [UInt8] = [0xFF, 0x61, 0x61, 0x61, 0x0A, 0xFF, 0x61, 0x61, 0x61, 0x61, 0x0A]
        #expect(assembler.append(stream) == [.invalidUTF8, .longLine([0xFF, 0x61, 0x61, 0x61, 0x61])])
    }

    @Test func invalidUTF8DiscardsOneLine() {
        let stream: [UInt8] = Array("a\n".utf8) + [0xFF, 0xC0, 0x0A] + [0xC3, 0x0A] + Array("b\n".utf8)
        #expect(events([stream]) == [line("a"), .invalidUTF8, .invalidUTF8, line("b")])
    }

    @Test func randomBytesGiveTheSameEventsInAnyChunking() {
        var random = SplitMix64(seed: 1)
        for _ in 0..<300 {
            let alphabet: [UInt8] = [0x0A, 0x0D, 0x61, 0xC3, 0xA9, 0x00]
            let stream = (0..<Int.random(in: 0...60, using: &random)).map { _ in
                alphabet.randomElement(using: &random) ?? 0
            }
            var chunks: [[UInt8]] = []
            var rest = stream[...]
            while !rest.isEmpty {
                let size = Int.random(in: 1...rest.count, using: &random)
                chunks.append(Array(rest.prefix(size)))
                rest = rest.dropFirst(size)
            }
            #expect(events(chunks, limit: 5) == events([stream], limit: 5))
        }
    }
}
