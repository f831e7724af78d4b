import Basics
import Foundation
import Music
import Testing

/// A one-track file with the given bytes and an end-of-track event.
private func file(_ track: [UInt8], division: [UInt8] = [0x01, 0xE0], claiming size: Int? = nil) -> [UInt8] {
    let body = track + [0x00, 0xFF, 0x2F, 0x00]
    let count = UInt32(size ?? body.count)
    return Array("MThd".utf8) + [0, 0, 0, 6, 0, 0, 0, 1] + division + Array("MTrk".utf8)
        + withUnsafeBytes(of: count.bigEndian, Array.init) + body
}

private func performance(_ bytes: [UInt8]) throws -> MIDIPerformance {
    MIDIPerformance(try MIDIFile(data: bytes, name: "test.mid"))
}

@Suite struct MIDIFileTests {
    @Test func parsesRunningStatusAndVelocityZero() throws {
        let result = try performance(file([0x00, 0x90, 60, 100, 0x83, 0x60, 60, 0, 0x00, 64, 80, 0x83, 0x60, 64, 0]))
        #expect(result.notes.map(\.pitch) == [60, 64])
        #expect(result.notes.map(\.velocity) == [100, 80])
        // 480 ticks are one quarter note: half a second at 120 per minute.
        #expect(result.notes.map(\.start) == [0, 0.5])
        #expect(result.notes.map(\.end) == [0.5, 1])
    }

    @Test func tempoChangesApplyToAllTracks() throws {
        var midi = MIDIFile(division: .ticksPerQuarter(100))
        midi.tracks = [
            [
                MIDIEvent(tick: 0, message: .tempo(microsecondsPerQuarter: 1_000_000)),
                MIDIEvent(tick: 200, message: .tempo(microsecondsPerQuarter: 250_000)),
            ],
            [
                MIDIEvent(tick: 100, message: .noteOn(channel: 0, key: 60, velocity: 64)),
                MIDIEvent(tick: 400, message: .noteOff(channel: 0, key: 60, velocity: 0)),
            ],
        ]
        let note = try #require(MIDIPerformance(try MIDIFile(data: midi.data, name: "t")).notes.first)
        #expect(abs(note.start - 1) < 1e-12)
        #expect(abs(note.end - 2.5) < 1e-12)
    }

    @Test(arguments: [(0xE8, 40, 960.0), (0xE7, 40, 1_000), (0xE3, 80, 80 * 30_000.0 / 1_001), (0xE2, 80, 2_400)])
    func parsesSMPTEDivisions(frames: Int, ticks: Int, rate: Double) throws {
        let bytes = file([0x00, 0x90, 60, 1, 0x87, 0x68, 60, 0], division: [UInt8(frames), UInt8(ticks)])
        let note = try #require(try performance(bytes).notes.first)
        #expect(abs(note.end - 1_000 / rate) < 1e-9)
    }

    @Test func skipsSystemExclusiveAndUnknownMetaEvents() throws {
        let bytes = file([
            0x00, 0xF0, 0x03, 1, 2, 0xF7, 0x00, 0xFF, 0x7F, 0x02, 9, 9, 0x00, 0x90, 60, 1, 0x01, 0xF7, 0x01, 0xF7, 0x01,
            0x80,
            60, 0,
        ])
        let midi = try MIDIFile(data: bytes, name: "t")
        #expect(midi.warnings.isEmpty)
        #expect(MIDIPerformance(midi).notes.count == 1)
    }

    @Test func truncatedFileKeepsItsReadableEvents() throws {
        let whole = file([0x00, 0x90, 60, 1, 0x10, 60, 0, 0x00, 0x90, 62, 1, 0x10, 62, 0])
        let midi = try MIDIFile(data: Array(whole.dropLast(7)), name: "t")
        #expect(!midi.warnings.isEmpty)
        let notes = MIDIPerformance(midi).notes
        #expect(notes.first == Note(pitch: 60, start: 0, end: 16 * 0.5 / 480, velocity: 1, program: 0))
    }

    @Test func parsingContinuesAfterAMissingDataByte() throws {
        // The first note-on has no velocity byte; the next event must still be parsed.
        let midi = try MIDIFile(data: file([0x00, 0x90, 60, 0x90, 62, 1, 0x10, 62, 0]), name: "t")
        #expect(!midi.warnings.isEmpty)
        #expect(MIDIPerformance(midi).notes.map(\.pitch) == [62])
    }

    /// The standard ends running status there; many programs continue it.
    @Test func runningStatusContinuesAfterMetaEventsAndSystemExclusive() throws {
        let midi = try MIDIFile(
            data: file([
                0x00, 0x90, 60, 1, 0x00, 0xFF, 0x01, 0x01, 0x78, 0x10, 60, 0, 0x00, 0xF0, 0x01, 0xF7, 0x00, 62, 1, 0x10,
                62, 0,
            ]), name: "t")
        #expect(midi.warnings.isEmpty)
        #expect(MIDIPerformance(midi).notes.map(\.pitch) == [60, 62])
    }

    /// Two tracks of one note each; `claiming` is the size that the first one's header gives, `between` what separates
    /// them.
    private func twoTracks(claiming size: UInt32, between: [UInt8] = []) -> [UInt8] {
        func track(_ key: UInt8, _ size: UInt32) -> [UInt8] {
            Array("MTrk".utf8) + withUnsafeBytes(of: size.bigEndian, Array.init)
                + [0x00, 0x90, key, 64, 0x10, key, 0, 0x00, 0xFF, 0x2F, 0x00]
        }
        return Array("MThd".utf8) + [0, 0, 0, 6, 0, 1, 0, 2, 1, 0xE0] + track(60, size) + between + track(72, 11)
    }

    @Test(arguments: [UInt32(3), 9, 12, 15, 40, .max])
    func aWrongTrackLengthLosesNoTrack(size: UInt32) throws {
        let midi = try MIDIFile(data: twoTracks(claiming: size), name: "t")
        #expect(MIDIPerformance(midi).notes.map(\.pitch) == [60, 72])
        #expect(midi.warnings == ["track 0 claims \(size) bytes, but has 11"])
    }

    @Test func strayBytesBetweenTracksAreSkipped() throws {
        let midi = try MIDIFile(data: twoTracks(claiming: 11, between: [0, 77, 84]), name: "t")
        #expect(MIDIPerformance(midi).notes.map(\.pitch) == [60, 72])
        #expect(midi.warnings == ["3 stray bytes before track 1 were skipped"])
        let chunk = Array("XFIH".utf8) + [0, 0, 0, 2, 9, 9]
        #expect(try MIDIFile(data: twoTracks(claiming: 11, between: chunk), name: "t").warnings.isEmpty)
    }

    @Test func lengthsMayBePadded() throws {
        let midi = try MIDIFile(data: file([0x80, 0x80, 0x80, 0x80, 0x80, 0x00, 0x90, 60, 1, 0x10, 60, 0]), name: "t")
        #expect(midi.warnings.isEmpty && MIDIPerformance(midi).notes.map(\.start) == [0])
    }

    @Test func aVelocityAbove127IsTheLoudest() throws {
        let midi = try MIDIFile(data: file([0x00, 0x90, 60, 0x80, 0x10, 60, 0, 0x00, 62, 9, 0x10, 62, 0]), name: "t")
        #expect(MIDIPerformance(midi).notes.map(\.velocity) == [127, 9])
        #expect(midi.warnings.count == 1)
    }

    @Test(arguments: [UInt8(120), 123, 126]) func allNotesOffEndsNotes(controller: UInt8) throws {
        let track = [0x00, 0x90, 60, 1, 0x83, 0x60, 0xB0, controller, 0, 0x83, 0x60, 0x80, 60, 0]
        #expect(try performance(file(track)).notes.map(\.end) == [0.5])
    }

    @Test func containersAreOpened() throws {
        let midi = file([0x00, 0x90, 60, 1, 0x10, 60, 0])
        func chunk(_ name: String, _ body: [UInt8]) -> [UInt8] {
            Array(name.utf8) + withUnsafeBytes(of: UInt32(body.count).littleEndian, Array.init) + body
                + (body.count % 2 == 0 ? [] : [0])
        }
        let list = chunk("LIST", [1, 2, 3])
        let riff = chunk("RIFF", Array("RMID".utf8) + list + chunk("data", midi) + list)
        var header = [UInt8](repeating: 0, count: 128)
        header.replaceSubrange(83..<87, with: withUnsafeBytes(of: UInt32(midi.count).bigEndian, Array.init))
        for data in [riff, header + midi + [1, 2, 3], [0, 0, 0, 0, 0] + midi] {
            #expect(MIDIContainer.holdsMIDI(data))
            let read = try MIDIFile(data: data, name: "t")
            #expect(read.warnings.isEmpty && MIDIPerformance(read).notes.map(\.pitch) == [60])
        }
    }

    @Test(arguments: [
        ([0x46, 0x6C, 0xF6, 0x74, 0x65], "Flöte"), ([0x43, 0x6C, 0xE9, 0x6D], "Clém"),
        ([0x83, 0x73, 0x83, 0x41, 0x83, 0x6D], "ピアノ"), (Array("ピアノ".utf8), "ピアノ"),
        ([0x8C, 0xF5, 0x31], "光1"),
    ]) func namesInOlderEncodingsAreRead(bytes: [UInt8], name: String) throws {
        let text: [UInt8] = [0x00, 0xFF, 0x03, UInt8(bytes.count)] + bytes
        let midi = try MIDIFile(data: file(text), name: "t")
        #expect(midi.tracks[0] == [MIDIEvent(tick: 0, message: .text(kind: 3, name))])
    }

    @Test func overlappingNotesPairFirstInFirstOut() throws {
        let bytes = file([0x00, 0x90, 60, 10, 0x10, 60, 20, 0x10, 60, 0, 0x10, 60, 0])
        let notes = try performance(bytes).notes
        #expect(notes.map(\.velocity) == [10, 20])
        #expect(notes.map { Int(($0.end * 960).rounded()) } == [32, 48])
    }

    @Test func heldNotesEndWithTheFile() throws {
        let notes = try performance(file([0x00, 0x90, 60, 10, 0x83, 0x60, 0xB0, 64, 127])).notes
        #expect(notes.map(\.end) == [0.5])
    }

    @Test func separatesProgramsPedalsAndPercussion() throws {
        let bytes = file([
            0x00, 0xC0, 40, 0x00, 0xC1, 73, 0x00, 0x90, 60, 1, 0x00, 0x91, 72, 1, 0x00, 0x99, 35, 1, 0x00, 0xB0, 64,
            127, 0x10,
            0x90, 60, 0, 0x00, 0x91, 72, 0, 0x00, 0x99, 35, 0,
        ])
        let result = try performance(bytes)
        #expect(result.parts.map(\.program) == [40, 73, 0])
        #expect(result.parts.map(\.isPercussion) == [false, false, true])
        #expect(result.notes.map(\.pitch) == [60, 72])
        #expect(result.parts[0].controllers == [.init(time: 0, number: 64, value: 127)])
        #expect(result.parts[1].controllers.isEmpty)
        #expect(result.events.count == 9)
    }

    /// Two tracks on one channel, each with its own program, and a track whose program is set by another.
    @Test func programsApplyAcrossTracks() {
        var midi = MIDIFile()
        func note(_ channel: Int) -> MIDIEvent {
            .init(tick: 1, message: .noteOn(channel: channel, key: 60, velocity: 9))
        }
        midi.tracks = [
            [.init(tick: 0, message: .program(channel: 3, number: 11))],
            [.init(tick: 0, message: .program(channel: 0, number: 40)), note(0)],
            [.init(tick: 0, message: .program(channel: 0, number: 41)), note(0)],
            [note(3)],
        ]
        #expect(MIDIPerformance(midi).parts.map(\.program) == [40, 41, 11])
    }

    @Test func acceptsRIFFAndUnknownChunks() throws {
        var bytes = file([0x00, 0x90, 60, 1, 0x10, 60, 0])
        bytes.insert(contentsOf: Array("JUNK".utf8) + [0, 0, 0, 2, 1, 1], at: 14)
        bytes = Array("RIFF".utf8) + [0, 0, 0, 0] + Array("RMIDdata".utf8) + [0, 0, 0, 0] + bytes
        #expect(try performance(bytes).notes.count == 1)
    }

    @Test func errorMessagesNameTheFault() {
        func message(_ bytes: [UInt8]) -> String {
            do {
                _ = try MIDIFile(data: bytes, name: "song.mid")
                return ""
            } catch { return "\(error)" }
        }
        #expect(message([]) == "'song.mid' is not a valid MIDI file: it is empty.")
        #expect(message(Array("RIFF....".utf8)).contains("does not begin with a MIDI header"))
        #expect(message(Array(file([]).prefix(14))).contains("it has no tracks"))
        #expect(message(file([], division: [0, 0])).contains("0 ticks"))
    }

    @Test func missingFilesAreDistinctFromInvalidOnes() {
        #expect(throws: MusicError.missingFile(path: "/nowhere/x.mid")) { _ = try MIDIFile(path: "/nowhere/x.mid") }
        #expect(throws: MusicError.unreadableFile(path: "/", reason: "it is a directory")) {
            _ = try MIDIFile(path: "/")
        }
        #expect(MusicError.missingFile(path: "").isMissingInput)
        #expect(!MusicError.badMIDI(name: "", reason: "").isMissingInput)
    }

    @Test func randomFilesRoundTrip() throws {
        var random = SplitMix64(seed: 1)
        for _ in 0..<100 {
            var midi = MIDIFile(division: .ticksPerQuarter(.random(in: 1...0x7FFF, using: &random)))
            midi.tracks = (0..<Int.random(in: 1...4, using: &random)).map { _ in
                var tick = 0
                return (0..<Int.random(in: 0...60, using: &random)).map { _ in
                    tick += [0, 3, 200, 20_000, 3_000_000].randomElement(using: &random) ?? 0
                    return MIDIEvent(tick: tick, message: randomMessage(&random))
                }
            }
            let read = try MIDIFile(data: midi.data, name: "t")
            #expect(read.warnings.isEmpty)
            #expect(read.division == midi.division)
            #expect(read.tracks.map(Set.init) == midi.tracks.map(Set.init))
        }
    }

    private func randomMessage(_ random: inout SplitMix64) -> MIDIEvent.Message {
        let channel = Int.random(in: 0...15, using: &random)
        let value = Int.random(in: 0...127, using: &random)
        switch Int.random(in: 0...9, using: &random) {
        case 0: return .noteOn(channel: channel, key: value, velocity: Int.random(in: 1...127, using: &random))
        case 1: return .noteOff(channel: channel, key: value, velocity: 3)
        case 2: return .controller(channel: channel, number: 64, value: value)
        case 3: return .program(channel: channel, number: value)
        case 4: return .pitchBend(channel: channel, value: 128 * value)
        case 5: return .tempo(microsecondsPerQuarter: 1 + 100_000 * value)
        case 6: return .timeSignature(numerator: 1 + value, denominator: 8)
        case 7: return .keySignature(sharps: value % 15 - 7, minor: value > 60)
        case 8: return .text(kind: 1 + value % 7, String(repeating: "é", count: value))
        default: return .channelPressure(channel: channel, value: value)
        }
    }

    /// No input may trap, neither damaged files nor noise.
    @Test func damagedFilesNeverTrap() {
        var random = SplitMix64(seed: 2)
        let good = MIDIFile(
            notes: (0..<40).map { Note(pitch: 30 + $0, start: Double($0), end: Double($0) + 1.5, program: $0 % 20) }
        ).data
        var readable = 0
        for round in 0..<4_000 {
            var bytes = good
            if round % 4 == 0 { bytes = (0..<200).map { _ in UInt8.random(in: 0...255, using: &random) } }
            if round % 8 == 0 { bytes.replaceSubrange(0..<18, with: good[0..<18]) }
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            if Bool.random(using: &random) { bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random)) }
            guard let midi = try? MIDIFile(data: bytes, name: "noise") else { continue }
            readable += 1
            let performance = MIDIPerformance(midi)
            #expect(performance.parts.allSatisfy { $0.notes.allSatisfy { $0.end >= $0.start && $0.start >= 0 } })
        }
        // If most inputs were rejected, this test would not reach most of the parser.
        #expect(readable > 1_000)
    }

    @Test func writtenNotesKeepTheirTimesToAMillisecond() throws {
        var random = SplitMix64(seed: 3)
        let notes = (0..<500).map { index -> Note in
            let start = Double.random(in: 0...300, using: &random)
            return Note(
                pitch: index % 88 + 21, start: start, end: start + .random(in: 0.01...0.05, using: &random),
                velocity: 1 + index % 127, program: [0, 40, 71].randomElement(using: &random))
        }.sorted { ($0.start, $0.pitch) < ($1.start, $1.pitch) }
        let read = try performance(MIDIFile(notes: notes).data).notes
        #expect(read.count == notes.count)
        for (note, written) in zip(read, notes) {
            #expect(abs(note.start - written.start) < 0.0006 && abs(note.end - written.end) < 0.0011)
            #expect(note.pitch == written.pitch && note.program == written.program)
            #expect(note.velocity == written.velocity)
        }
    }

    /// Ten times as many notes must not take a hundred times as long.
    @Test func parsingTimeIsLinear() throws {
        func seconds(_ count: Int) throws -> Double {
            let notes = (0..<count).map { Note(pitch: 60, start: Double($0) * 0.01, end: Double($0) * 0.01 + 0.02) }
            let data = MIDIFile(notes: notes).data
            let began = ContinuousClock.now
            #expect(try performance(data).notes.count == count)
            return (ContinuousClock.now - began) / .seconds(1)
        }
        _ = try seconds(1_000)
        let small = try seconds(5_000)
        #expect(try seconds(50_000) < max(small, 0.005) * 40)
    }
}
