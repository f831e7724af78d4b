import Alignment
import AlignmentSamples
import AlignmentTools
import Foundation
import Music
import Scores
import Sound
import Synchronization
import Testing

@Suite("Archive runs")
struct ArchiveTests {
    /// A folder with four pairs, one of them in a subfolder and one with a damaged recording, and a recording without a
    /// score.
    private func archive() throws -> ScratchFolder {
        let folder = try ScratchFolder()
        let score = Samples.score(measures: 1)
        let midi = MIDIFile(Samples.alignment(score, [(0...4, 0, 0.5)]), of: score)
        for name in ["sub/score", "b", "broken", "other"] {
            let path = folder.file(name + ".mid")
            try FileManager.default.createDirectory(
                atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
            try midi.write(to: path)
        }
        let silence = [Float](repeating: 0, count: 3 * 44_100)
        for name in ["sub/audio", "b", "other", "alone"] {
            try AudioFileWriter.write(silence, to: folder.file(name + ".wav"))
        }
        try Data("not audio".utf8).write(to: URL(fileURLWithPath: folder.file("broken.flac")))
        return folder
    }

    private func run(
        _ folder: ScratchFolder, _ aligner: StubAligner = StubAligner(),
        outputs: Set<ArchiveRun.Output> = [.csv, .json],
        keepsRejected: Bool = false
    ) throws -> ArchiveReport {
        let out = folder.file("out")
        let listing = try ArchiveListing(folder: folder.path, excluding: out)
        return try ArchiveRun(
            listing, into: out, aligner: aligner, outputs: outputs, keepsRejected: keepsRejected, jobs: 2
        ).run()
    }

    private func results(_ folder: ScratchFolder) -> [String] {
        folder.files.filter { $0.hasPrefix("out/") }.map { String($0.dropFirst(4)) }
    }

    @Test("finds pairs in folders and side by side, and reports unpaired files")
    func listing() throws {
        let folder = try archive()
        let listing = try ArchiveListing(folder: folder.path)
        #expect(listing.pairs.map(\.name) == ["b", "broken", "other", "sub"])
        #expect(
            listing.pairs.map { ($0.audio as NSString).lastPathComponent } == [
                "b.wav", "broken.flac", "other.wav", "audio.wav",
            ])
        #expect(listing.alone == [folder.file("alone.wav")])
        #expect(throws: AlignmentError.noPairs(path: folder.file("sub2"))) {
            try FileManager.default.createDirectory(atPath: folder.file("sub2"), withIntermediateDirectories: true)
            return try ArchiveListing(folder: folder.file("sub2"))
        }
        #expect(throws: AlignmentError.self) { try ArchiveListing(folder: folder.file("nowhere")) }
    }

    @Test("lists name one pair per row; invalid rows are reported")
    func lists() throws {
        let folder = try archive()
        func list(_ text: String) throws -> ArchiveListing {
            try text.write(toFile: folder.file("list.csv"), atomically: true, encoding: .utf8)
            return try ArchiveListing(list: folder.file("list.csv"))
        }
        let found = try list("score,audio\nb.mid,b.wav\nb.mid,b.wav\n\"b.mid\",other.wav,set/one\n")
        #expect(found.pairs.map(\.name) == ["b", "b-2", "set/one"])
        #expect(found.pairs[2].audio == folder.file("other.wav"))
        for (text, line) in [("score,audio\nb.mid\n", 2), ("b.mid,b.wav,../../x\n", 1), ("b.mid,\"b.wav\n", 1)] {
            #expect {
                try list(text)
            } throws: { error in
                if case AlignmentError.badList(_, line, _) = error { true } else { false }
            }
        }
        #expect(throws: AlignmentError.noPairs(path: folder.file("list.csv"))) { try list("score,audio\n") }
    }

    @Test("a failed pair does not affect the others, and rejected pairs get no labels")
    func outcomes() throws {
        let folder = try archive()
        let report = try run(folder, StubAligner(rejecting: "other.wav"))
        #expect(report.pairs.map(\.outcome) == [.accepted, .failed, .rejected, .accepted])
        #expect(!report.isSound && report.unchanged == 0 && !report.isInterrupted)
        #expect(results(folder) == ["b.csv", "b.json", "manifest.jsonl", "sub.csv", "sub.json"])
        #expect(report.pairs[1].reason.contains("broken.flac"))
        #expect(report.text.contains("4 pairs: 2 accepted, 1 rejected, 1 failed"))
        _ = try run(folder, StubAligner(rejecting: "other.wav"), keepsRejected: true)
        #expect(results(folder).contains("other.csv"))
        _ = try run(folder, StubAligner(rejecting: "other.wav"))
        #expect(!results(folder).contains("other.csv"), "stale labels would be mistaken for valid ones")
    }

    @Test("a second run repeats only failed and changed pairs")
    func resuming() throws {
        let folder = try archive()
        _ = try run(folder)
        let again = StubAligner()
        #expect(try run(folder, again).unchanged == 3)
        #expect(again.calls.withLock { $0 } == ["broken.flac"])

        try FileManager.default.removeItem(atPath: folder.file("out/b.csv"))
        try AudioFileWriter.write([Float](repeating: 0.1, count: 4 * 44_100), to: folder.file("other.wav"))
        let changed = StubAligner()
        #expect(try run(folder, changed).unchanged == 1)
        #expect(Set(changed.calls.withLock { $0 }) == ["b.wav", "broken.flac", "other.wav"])

        let others = StubAligner()
        #expect(try run(folder, others, outputs: [.csv, .mid]).unchanged == 0)
        #expect(results(folder).contains("sub.aligned.mid"))
    }

    @Test("a truncated manifest costs one pair, and partial files are removed")
    func damage() throws {
        let folder = try archive()
        _ = try run(folder)
        let path = folder.file("out/manifest.jsonl")
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        let broken = lines.dropLast().joined(separator: "\n") + "\n" + lines[lines.count - 1].prefix(40)
        try broken.write(toFile: path, atomically: true, encoding: .utf8)
        try Data().write(to: URL(fileURLWithPath: folder.file("out/.b.mix.wav.partial-77")))
        let again = StubAligner()
        #expect(try run(folder, again).unchanged == 2)
        #expect(Set(again.calls.withLock { $0 }) == ["audio.wav", "broken.flac"])
        #expect(!results(folder).contains { $0.contains("partial") })
    }

    @Test("a stopped run reports completed pairs and leaves no partial output")
    func stopping() throws {
        let folder = try archive()
        let polls = Mutex(0)
        let out = folder.file("out")
        let listing = try ArchiveListing(folder: folder.path, excluding: out)
        let run = ArchiveRun(listing, into: out, aligner: StubAligner())
        let report = try run.run(isStopped: {
            polls.withLock { count in
                count += 1
                return count > 4
            }
        })
        #expect(report.isInterrupted && !report.isSound && report.waiting == 3)
        #expect(report.pairs.map(\.name) == ["b"])
        #expect(results(folder) == ["b.csv", "b.json", "manifest.jsonl"])
        #expect(try run.run().unchanged == 1)
    }

    @Test("progress ends at the totals")
    func progress() throws {
        let folder = try archive()
        let listing = try ArchiveListing(folder: folder.path)
        var last: ArchiveProgress?
        _ = try ArchiveRun(listing, into: folder.file("out"), aligner: StubAligner(), jobs: 3).run(progress: {
            last = $0
        })
        #expect(last?.pairs == 4 && last?.totalPairs == 4)
        #expect(last.map { $0.seconds == $0.totalSeconds && $0.seconds > 9 } == true)
    }
}
