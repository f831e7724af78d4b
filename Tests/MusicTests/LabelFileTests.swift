import Basics
import Foundation
import Music
import Testing

private func read(_ text: String) throws -> [LabelFile.Label] {
    try LabelFile(data: Array(text.utf8), name: "x.csv").labels
}

private func problem(_ text: String) -> String {
    do {
        _ = try read(text)
        return ""
    } catch { return "\(error)" }
}

@Suite struct LabelFileTests {
    /// Typical MusicNet lines: unsorted start beats, `end_beat` as a length, two-word note values, overlapping notes of
    /// one pitch, a header line and 1-based instruments.
    private static let musicNet = """
        start_time,end_time,instrument,note,start_beat,end_beat,note_value
        28126,46046,72,70,11.0,0.990625,Quarter
        46046,97758,72,67,12.0,2.990625,Dotted Half
        9694,11742,41,61,4.875,0.108333333333,Thirty Second
        9694,11900,41,61,4.875,0.108333333333,Thirty Second

        """

    @Test func parsesMusicNetLabels() throws {
        let labels = try read(Self.musicNet)
        #expect(labels.count == 4)
        #expect(labels[0].note.start == 28_126 / 44_100.0)
        #expect(labels[0].note.program == 71)
        #expect(labels[1].note.pitch == 67)
        #expect(labels[1].endBeat == 2.990625)
        #expect(labels[2].noteValue == "Thirty Second")
    }

    @Test func musicNetRoundTripIsSampleExact() throws {
        let file = try LabelFile(data: Array(Self.musicNet.utf8), name: "x")
        #expect(file.text(.musicNet) == Self.musicNet)
        let again = try LabelFile(data: Array(file.text(.musicNet).utf8), name: "x")
        #expect(again == file)
    }

    @Test func parsesLabelsInSeconds() throws {
        let labels = try read("start_s,end_s,midi_note\n0.5,1.25,60\n1e-3,2,61\n")
        #expect(labels.map(\.note) == [Note(pitch: 60, start: 0.5, end: 1.25), Note(pitch: 61, start: 0.001, end: 2)])
        #expect(try read("start_s,end_s,midi_note,program\n0,1,60,40\n0,1,61,\n").map(\.note.program) == [40, nil])
    }

    @Test func secondsRoundTrip() throws {
        var random = SplitMix64(seed: 5)
        let notes = (0..<300).map { _ -> Note in
            let start = Double(Int.random(in: 0...9_999_999, using: &random)) / 1e6
            let program = Int.random(in: 0...127, using: &random)
            return Note(pitch: .random(in: 0...127, using: &random), start: start, end: start + 0.25, program: program)
        }
        let read = try LabelFile(data: Array(LabelFile(notes: notes).text(.seconds).utf8), name: "x").labels.map(\.note)
        for (note, written) in zip(read, notes) {
            #expect(abs(note.start - written.start) < 1e-9 && abs(note.end - written.end) < 1e-9)
            #expect(note.pitch == written.pitch && note.program == written.program)
        }
    }

    @Test func parsesTranscriptionCSV() throws {
        let notes = [Note(pitch: 69, start: 1, end: 2, velocity: 90, confidence: 0.75)]
        let data = TranscriptionFile(notes: notes).data(.csv)
        #expect(String(decoding: data, as: UTF8.self).hasPrefix("start_s,end_s,midi_note,velocity,confidence\n"))
        #expect(try LabelFile(data: Array(data), name: "x").labels.map(\.note) == notes)
    }

    @Test func acceptsSpreadsheetCSV() throws {
        let text = "\u{FEFF}\"note\", start_time ,end_time,comment\r\n60,44100,88200,\"hm\"\r\n\r\n61.0,0,1,\r\n"
        let labels = try read(text)
        #expect(labels.map(\.note.pitch) == [60, 61])
        #expect(labels[0].note.start == 1)
        #expect(labels[0].note.program == nil)
    }

    @Test func errorsNameTheLineAndField() {
        let head = "start_s,end_s,midi_note\n"
        #expect(problem("").contains("empty"))
        #expect(problem("a,b,c\n1,2,3\n").contains("line 1: the columns should be"))
        #expect(problem(head + "0,1,60\n0,one,60\n").contains("line 3: end_s is 'one'"))
        #expect(problem(head + "0,1,128\n").contains("note is 128; it should be 0 to 127"))
        #expect(problem(head + "0,1,60.5\n").contains("note is 60.5"))
        #expect(problem(head + "0,1\n").contains("fewer fields"))
        #expect(problem(head + "2,1,60\n").contains("ends before it starts"))
        #expect(problem(head + "nan,1,60\n").contains("start_s"))
        #expect(problem(head + "0,1e300,60\n").contains("end_s"))
    }

    @Test func salvageKeepsValidLinesAndReportsTheOthers() {
        let rows = ["0,1,1,60", "0,1,0,60", "5,1,1,60", "0,1,1,128", "x,1,1,60", "0,1", "1,2,128,61"]
        let text = "start_time,end_time,instrument,note\n" + rows.joined(separator: "\n")
        let salvage = LabelFile.salvage(data: Array(text.utf8))
        #expect(salvage.labels.map(\.note.pitch) == [60, 61] && salvage.lines == [2, 8])
        #expect(salvage.problems.map(\.line) == [3, 4, 5, 6, 7])
        #expect(salvage.problems.map(\.kind) == [.instrument, .negativeLength, .pitch, .field, .field])
        #expect(LabelFile.salvage(data: Array("a,b\n1,2\n".utf8)).problems.map(\.kind) == [.columns])
        #expect(LabelFile.salvage(data: []).problems.map(\.line) == [1])
    }

    @Test func instrumentNamesMatchTheMusicNetPaper() {
        let names = [1, 7, 41, 42, 43, 44, 61, 69, 71, 72, 74].map { GeneralMIDI.name(ofProgram: $0 - 1) }
        let paper = [
            "Piano", "Harpsichord", "Violin", "Viola", "Cello", "String Bass", "Horn", "Oboe", "Bassoon", "Clarinet",
            "Flute",
        ]
        #expect(names == paper)
        #expect(Set((0...127).map(GeneralMIDI.name)).count == 128)
        #expect(GeneralMIDI.name(ofProgram: 127) == "Gunshot" && GeneralMIDI.name(ofProgram: 128) == "Program 128")
    }

    @Test func randomDamageNeverTraps() {
        var random = SplitMix64(seed: 6)
        let good = Array(Self.musicNet.utf8)
        var readable = 0
        for _ in 0..<2_000 {
            var bytes = good
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            if let file = try? LabelFile(data: bytes, name: "x") {
                readable += 1
                #expect(file.labels.allSatisfy { $0.note.end >= $0.note.start && (0...127).contains($0.note.pitch) })
            }
        }
        #expect(readable > 100 && readable < 1_900)
    }

    @Test func parsingTimeIsLinear() throws {
        func seconds(_ lines: Int) throws -> Double {
            let line = "90078,124382,1,63,0.0,1.0,Quarter\n"
            let text = "start_time,end_time,instrument,note,start_beat,end_beat,note_value\n"
            let bytes = Array((text + String(repeating: line, count: lines)).utf8)
            let began = ContinuousClock.now
            #expect(try LabelFile(data: bytes, name: "x").labels.count == lines)
            return (ContinuousClock.now - began) / .seconds(1)
        }
        _ = try seconds(100)
        let small = try seconds(2_000)
        #expect(try seconds(20_000) < max(small, 0.005) * 40)
    }

    @Test func writesFilesAndReportsIOErrors() throws {
        let folder = NSTemporaryDirectory() + "labels-\(UInt64.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/a.csv"
        let file = LabelFile(notes: [Note(pitch: 60, start: 1, end: 2, program: 3)])
        try file.write(to: path, format: .musicNet)
        #expect(try LabelFile(path: path).labels.map(\.note.program) == [3])
        #expect(throws: MusicError.self) { try file.write(to: folder + "/no/a.csv", format: .musicNet) }
        #expect(throws: MusicError.missingFile(path: folder + "/b.csv")) { _ = try LabelFile(path: folder + "/b.csv") }
    }
}
