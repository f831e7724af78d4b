import Foundation
import Testing

@testable import Following
@testable import FollowingSounds

@Suite final class TemplateCacheTests {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("noted-templates-\(UUID().uuidString)")
        .path
    let table = TemplateAges()
    var cache: TemplateCache { TemplateCache(folder: folder) }
    var file: String { cache.path(.synthetic, program: 0) }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func read() -> TemplateSheet? { cache.read(.synthetic, program: 0, table: table, bands: 2) }

    func sheet(_ pitches: [Int]) -> TemplateSheet {
        let notes = pitches.map { pitch in
            (pitch, (0..<(table.count * 2)).map { Float($0 * pitch) / 7 })
        }
        return TemplateSheet(release: 0.125, notes: Dictionary(uniqueKeysWithValues: notes))
    }

    func write(_ sheet: TemplateSheet) { cache.write(sheet, of: .synthetic, program: 0, table: table, bands: 2) }

    @Test func sheetsRoundTrip() {
        #expect(read() == nil)
        write(sheet([60, 61]))
        #expect(read() == sheet([60, 61]))
        write(sheet([1]))
        #expect(read() == sheet([1]))
        #expect(cache.read(.synthetic, program: 1, table: table, bands: 2) == nil)
        #expect(cache.read(.synthetic, program: 0, table: table, bands: 3) == nil)
        #expect(cache.read(.soundFont(path: "/a.sf2"), program: 0, table: table, bands: 2) == nil)
        #expect((try? FileManager.default.contentsOfDirectory(atPath: folder))?.count == 1)
    }

    @Test func aChangedSoundFontInvalidatesItsFiles() throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let path = folder + "/font.sf2"
        try Data("one".utf8).write(to: URL(fileURLWithPath: path))
        let sounds = NoteSounds.soundFont(path: path)
        cache.write(sheet([60]), of: sounds, program: 0, table: table, bands: 2)
        #expect(cache.read(sounds, program: 0, table: table, bands: 2) != nil)
        try Data("other".utf8).write(to: URL(fileURLWithPath: path))
        #expect(cache.read(sounds, program: 0, table: table, bands: 2) == nil)
    }

    @Test func damagedFilesAreIgnored() throws {
        write(sheet([60]))
        let good = try Data(contentsOf: URL(fileURLWithPath: file))
        for place in stride(from: 0, to: good.count, by: 13) {
            var bad = good
            bad[place] ^= 0x41
            try bad.write(to: URL(fileURLWithPath: file))
            // The change may have no effect on the content of the header. Other notes must never be read.
            if let sheet = read() { #expect(sheet.notes == self.sheet([60]).notes) }
            try good.prefix(place).write(to: URL(fileURLWithPath: file))
            #expect(read() == nil)
        }
        try Data("something else".utf8).write(to: URL(fileURLWithPath: file))
        #expect(read() == nil)
        write(sheet([61]))
        #expect(read() == sheet([61]))
    }

    @Test func anUnwritableFolderIsNotAnError() throws {
        try Data().write(to: URL(fileURLWithPath: folder))
        let keys: Set<NoteTemplates.Key> = [.init(program: 0, pitch: 60)]
        #expect(try NoteTemplates(keys, sounds: .synthetic, cache: cache).count == 1)
    }

    @Test func aSecondLoadRendersOnlyNewNotes() throws {
        let first = try NoteTemplates([.init(program: 0, pitch: 60)], sounds: .synthetic, cache: cache)
        var steps = 0
        let both: Set<NoteTemplates.Key> = [.init(program: 0, pitch: 60), .init(program: 0, pitch: 61)]
        let second = try NoteTemplates(both, sounds: .synthetic, cache: cache) { _ in steps += 1 }
        // One each for the beginning, the new note and the end.
        #expect(steps == 3)
        let (old, new) = (first.index(program: 0, pitch: 60), second.index(program: 0, pitch: 60))
        let (before, after) = (try #require(old), try #require(new))
        #expect(first.magnitudes(of: before, age: 9) == second.magnitudes(of: after, age: 9))
        steps = 0
        _ = try NoteTemplates(both, sounds: .synthetic, cache: cache) { _ in steps += 1 }
        #expect(steps == 2)
    }

    @Test func folderDependsOnTheEnvironment() {
        func folder(_ environment: [String: String]) -> String? { TemplateCache(environment: environment)?.folder }
        #expect(folder(["CACHE_DIRECTORY": "/var/cache/noted:/x", "HOME": "/h"]) == "/var/cache/noted/templates")
        #expect(folder(["XDG_CACHE_HOME": "/c", "HOME": "/h"]) == "/c/noted/templates")
        #expect(folder(["XDG_CACHE_HOME": "relative", "HOME": "/h"]) == "/h/.cache/noted/templates")
        #expect(folder([:]) == nil)
    }
}
