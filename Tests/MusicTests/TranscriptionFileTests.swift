import Foundation
import Music
import Testing

@Suite struct TranscriptionFileTests {
    private static let notes = [
        Note(pitch: 69, start: 0.25, end: 1.5, velocity: 90, confidence: 0.5),
        Note(pitch: 61, start: 1.0000004, end: 1.75, velocity: 1, confidence: 1),
    ]

    @Test(arguments: [
        ("a/x.csv", TranscriptionFile.Format.csv), ("x.JSONL", .jsonl), ("x.mid", .mid), ("x.midi", .mid),
    ])
    func detectsFormatsByExtension(path: String, format: TranscriptionFile.Format) {
        #expect(TranscriptionFile.Format(path: path) == format)
    }

    @Test func rejectsUnknownExtensions() {
        #expect(TranscriptionFile.Format(path: "x.pdf") == nil)
        #expect(TranscriptionFile.Format(path: "csv") == nil)
    }

    @Test func writesCSV() {
        let text = String(decoding: TranscriptionFile(notes: Self.notes).data(.csv), as: UTF8.self)
        #expect(
            text == """
                start_s,end_s,midi_note,velocity,confidence
                0.250000,1.500000,69,90,0.500000
                1.000000,1.750000,61,1,1.000000

                """)
    }

    @Test func writesJSONLines() throws {
        struct Line: Decodable {
            var start: Double
            var pitch: Int
            var name: String

            enum CodingKeys: String, CodingKey {
                case start = "start_s"
                case pitch = "midi_note"
                case name
            }
        }
        let text = String(decoding: TranscriptionFile(notes: Self.notes).data(.jsonl), as: UTF8.self)
        let lines = try text.split(separator: "\n").map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)) }
        #expect(lines.map(\.pitch) == [69, 61])
        #expect(lines.map(\.name) == ["A4", "C#4"])
        #expect(lines.map(\.start) == [0.25, 1])
    }

    @Test func writesMIDI() throws {
        let data = TranscriptionFile(notes: Self.notes).data(.mid)
        let notes = MIDIPerformance(try MIDIFile(data: Array(data), name: "x")).notes
        #expect(notes.map(\.pitch) == [69, 61])
        #expect(notes.map(\.velocity) == [90, 1])
    }
}
