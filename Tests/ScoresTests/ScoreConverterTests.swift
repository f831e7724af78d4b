import Foundation
import Testing

@testable import Scores

/// Documents that other programs convert; the programs are shell scripts here.
@Suite("Conversion by other programs")
struct ScoreConverterTests {
    private static let abc = "X:1\nT:Tune\nM:2/4\nL:1/4\nK:C\nC D|]\n"
    private static let museScore = "<?xml version=\"1.0\"?>\n<museScore version=\"3.02\"><Score/></museScore>"
    private static let musicXML = Sketch.musicXML(Sketch.note("C4", 8), time: "2/4")

    /// Calls `body` with a folder for the document and the program.
    private func inFolder(_ program: String?, _ script: String, _ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("converter-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        if let program {
            let path = folder.appendingPathComponent(program).path
            try "#!/bin/sh\n\(script)\n".write(toFile: path, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        }
        try body(folder.path)
    }

    private func read(_ text: String, in folder: String) throws -> Score {
        let path = folder + "/document with spaces"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return try Score(path: path, programs: ["/nonexistent", folder])
    }

    @Test("the program's output is read, and said to be")
    func converts() throws {
        // MuseScore is called with "-o OUT IN", abc2midi with "IN -o OUT".
        for (program, text, output) in [("mscore3", Self.museScore, "$2"), ("abc2midi", Self.abc, "$3")] {
            try inFolder(program, "echo noise; cat >\"\(output)\" <<'END'\n\(Self.musicXML)\nEND") { folder in
                let score = try read(text, in: folder)
                #expect(score.outline == "60@0")
                #expect(score.warnings == ["it was converted with \(folder)/\(program)"])
                #expect(score.unfolded(.straight).warnings == score.warnings)
            }
        }
    }

    @Test("a missing or failing program is one sentence")
    func failures() throws {
        try inFolder(nil, "") { folder in
            let missing = #expect(throws: ScoreError.self) { try read(Self.museScore, in: folder) }
            #expect("\(missing!)".contains("it is a MuseScore document: install MuseScore"))
        }
        for script in ["exit 1", "kill -9 $$", ": >\"$3\""] {
            try inFolder("abc2midi", script) { folder in
                let failed = #expect(throws: ScoreError.self) { try read(Self.abc, in: folder) }
                #expect("\(failed!)".contains("could not convert"), "\(failed!)")
            }
        }
        try inFolder("abc2midi", "echo garbage >\"$3\"") { folder in
            #expect(throws: ScoreError.self) { try read(Self.abc, in: folder) }
        }
    }

    @Test("documents are recognized, scores are not taken for them")
    func kinds() throws {
        #expect(ScoreConverter.kind(of: Data(Self.abc.utf8)) == .abc)
        #expect(ScoreConverter.kind(of: Data("%abc-2.1\nX:1\n".utf8)) == .abc)
        #expect(ScoreConverter.kind(of: Data(Self.museScore.utf8)) == .museScore)
        #expect(ScoreConverter.kind(of: Zip([("score.mscx", Self.museScore)]).data) == .museScore)
        #expect(ScoreConverter.kind(of: Zip([("score.xml", Self.musicXML)]).data) == nil)
        #expect(ScoreConverter.kind(of: Data(Self.musicXML.utf8)) == nil)
        #expect(ScoreConverter.kind(of: Data("**kern\n4c\n*-".utf8)) == nil)
    }

    @Test("abc2midi itself", .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/abc2midi")))
    func realProgram() throws {
        try inFolder(nil, "") { folder in
            let path = folder + "/tune.abc"
            try Self.abc.write(toFile: path, atomically: true, encoding: .utf8)
            #expect(try Score(path: path).notes.map(\.pitch) == [60, 62])
        }
    }
}
