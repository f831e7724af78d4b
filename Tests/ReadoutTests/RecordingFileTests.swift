import Foundation
import Glibc
import Music
import Testing

@testable import Readout

@Suite struct RecordingFileTests {
    private let folder = NSTemporaryDirectory() + "recording-\(UUID().uuidString)"
    private let notes = (0..<40).map { Note(pitch: 40 + $0, start: Double($0), end: Double($0) + 0.5, velocity: 64) }

    init() throws { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }

    private func count(in path: String) throws -> Int { MIDIPerformance(try MIDIFile(path: path)).notes.count }

    @Test func isReplacedAsAWholeWheneverItHasGrown() throws {
        let path = folder + "/take.mid"
        var file = RecordingFile(path: path)
        let failed1 = file.update(Array(notes.prefix(3)))
        #expect(!failed1)
        #expect(try count(in: path) == 3)
        let first = try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? Int
        let failed2 = file.update(Array(notes.prefix(3)))
        #expect(!failed2)
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? Int == first)
        try file.finish(notes)
        #expect(try count(in: path) == 40)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["take.mid"])
    }

    @Test func aFailureKeepsWhatWasSaved() throws {
        let path = folder + "/take.mid"
        var file = RecordingFile(path: path)
        let failed3 = file.update(Array(notes.prefix(3)))
        #expect(!failed3)
        // A folder of that name is in the way of the temporary file, whoever runs the test.
        let obstacle = "\(folder)/.take.mid.\(getpid())"
        try FileManager.default.createDirectory(atPath: obstacle, withIntermediateDirectories: false)
        let failed4 = file.update(notes)
        #expect(failed4)
        let failed5 = file.update(notes)
        #expect(!failed5, "only the first failure is reported")
        #expect(file.savedNotes == 3)
        #expect(file.failure.map { "\($0)".contains("take.mid") } == true)
        #expect(try count(in: path) == 3)
        try FileManager.default.removeItem(atPath: obstacle)
        try file.finish(notes)
        #expect(file.savedNotes == 40 && file.failure == nil)
    }

    @Test func aLinkAndThePermissionsStay() throws {
        let (target, link) = (folder + "/target.mid", folder + "/link.mid")
        try Data("old".utf8).write(to: URL(filePath: target))
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: target)
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
        var file = RecordingFile(path: link)
        try file.finish(notes)
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == target)
        #expect(try count(in: target) == 40)
        #expect(try FileManager.default.attributesOfItem(atPath: target)[.posixPermissions] as? Int == 0o640)
    }

    /// Root could replace the device by a file.
    @Test func aDeviceIsWrittenAndNotReplaced() throws {
        var file = RecordingFile(path: "/dev/full")
        let failed6 = file.update(notes)
        #expect(!failed6, "a device is written once, at the end")
        #expect(throws: MusicError.self) { try file.finish(notes) }
        #expect(file.failure.map { "\($0)".contains("No space left") } == true)
        var status = stat()
        #expect(stat("/dev/full", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
    }
}
