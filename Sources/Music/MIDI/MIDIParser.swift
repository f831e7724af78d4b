/// A tolerant parser for Standard MIDI Files (MIDI 1.0, RP-001).
struct MIDIParser {
    private let data: [UInt8]
    private let name: String
    private var position = 0
    private var warnings: [String] = []

    init(data: [UInt8], name: String) {
        self.data = data
        self.name = name
    }

    mutating func parse() throws(MusicError) -> MIDIFile {
        skipRIFF()
        guard !data.isEmpty else { throw bad("it is empty") }
        guard chunkName(at: position) == "MThd", let length = bigEndian(at: position + 4, count: 4), length >= 6,
            let division = bigEndian(at: position + 12, count: 2)
        else { throw bad("it does not begin with a MIDI header") }
        var file = MIDIFile(division: try readDivision(division))
        file.areTracksSeparate = bigEndian(at: position + 8, count: 2) == 2
        position += 8 + length
        return try readTracks(into: file)
    }

    private mutating func readTracks(into empty: MIDIFile) throws(MusicError) -> MIDIFile {
        var file = empty
        while position + 8 <= data.count, let length = bigEndian(at: position + 4, count: 4) {
            let chunk = chunkName(at: position)
            let start = position + 8
            if start + length > data.count {
                warn("a chunk claims \(length) bytes, but only \(data.count - start) follow")
            }
            let end = min(data.count, start + length)
            // The standard allows unknown chunks, which are skipped.
            if chunk == "MTrk" { file.tracks.append(readTrack(start..<end, number: file.tracks.count)) }
            position = end
        }
        guard !file.tracks.isEmpty else { throw bad("it has no tracks") }
        file.warnings = warnings
        return file
    }

    private func readDivision(_ word: Int) throws(MusicError) -> MIDIFile.Division {
        guard word & 0x8000 != 0 else {
            guard word > 0 else { throw bad("its header gives 0 ticks per quarter note") }
            return .ticksPerQuarter(word)
        }
        let frames = 256 - (word >> 8)
        let ticks = word & 0xFF
        guard ticks > 0, [24, 25, 29, 30].contains(frames) else {
            throw bad(
                "its header gives an invalid SMPTE division: \(frames) frames per second, \(ticks) ticks per frame")
        }
        // 29 encodes 30 drop-frame, which is 29.97 frames per second.
        return .ticksPerSecond((frames == 29 ? 30_000.0 / 1_001 : Double(frames)) * Double(ticks))
    }

    // MARK: Tracks

    private mutating func readTrack(_ range: Range<Int>, number: Int) -> [MIDIEvent] {
        var events: [MIDIEvent] = []
        var at = range.lowerBound
        var tick = 0
        var running: UInt8?
        // Set after an event was cut short by a status byte: that byte starts the next event, with a delta time of 0.
        var isMidEvent = false
        while at < range.upperBound {
            if !isMidEvent {
                guard let delta = variableLength(&at, end: range.upperBound) else {
                    warn("track \(number) is truncated in a delta time at byte \(at)")
                    return events
                }
                tick += delta
            }
            isMidEvent = false
            guard at < range.upperBound else { break }
            var status = data[at]
            if status < 0x80 {
                guard let last = running else {
                    warn("track \(number) has a stray byte at \(at)")
                    at += 1
                    continue
                }
                status = last
            } else {
                at += 1
            }
            switch status {
            case 0xFF:
                // Meta events and system exclusive messages cancel running status.
                running = nil
                guard let meta = readMeta(&at, end: range.upperBound) else {
                    warn("track \(number) is truncated in a meta event")
                    return events
                }
                if meta.isEnd { return events }
                if let message = meta.message { events.append(MIDIEvent(tick: tick, message: message)) }
            case 0xF0, 0xF7:
                running = nil
                guard let length = variableLength(&at, end: range.upperBound), length <= range.upperBound - at else {
                    warn("track \(number) is truncated in a system exclusive message")
                    return events
                }
                at += length
            case 0xF1...0xFE:
                // System real-time and common messages are not allowed in files: skip them and their data.
                warn("track \(number) has a misplaced system message at byte \(at)")
                at = min(range.upperBound, at + (status == 0xF2 ? 2 : status == 0xF1 || status == 0xF3 ? 1 : 0))
            default:
                running = status
                if let message = readChannelMessage(status, &at, end: range.upperBound) {
                    events.append(MIDIEvent(tick: tick, message: message))
                } else {
                    warn("track \(number) has a damaged event at byte \(at)")
                    isMidEvent = true
                }
            }
        }
        return events
    }

    /// Nil if a data byte is missing. A status byte found in its place is left unread.
    private func readChannelMessage(_ status: UInt8, _ at: inout Int, end: Int) -> MIDIEvent.Message? {
        func value() -> Int? {
            guard at < end, data[at] < 0x80 else { return nil }
            at += 1
            return Int(data[at - 1])
        }
        let channel = Int(status & 0x0F)
        guard let first = value() else { return nil }
        switch status & 0xF0 {
        case 0xC0: return .program(channel: channel, number: first)
        case 0xD0: return .channelPressure(channel: channel, value: first)
        default: break
        }
        guard let second = value() else { return nil }
        switch status & 0xF0 {
        case 0x80: return .noteOff(channel: channel, key: first, velocity: second)
        case 0x90:
            return second == 0
                ? .noteOff(channel: channel, key: first, velocity: 64)
                : .noteOn(channel: channel, key: first, velocity: second)
        case 0xA0: return .polyphonicPressure(channel: channel, key: first, value: second)
        case 0xB0: return .controller(channel: channel, number: first, value: second)
        default: return .pitchBend(channel: channel, value: second << 7 | first)
        }
    }

    private func readMeta(_ at: inout Int, end: Int) -> (message: MIDIEvent.Message?, isEnd: Bool)? {
        guard at < end else { return nil }
        let kind = data[at]
        at += 1
        guard let length = variableLength(&at, end: end), length <= end - at else { return nil }
        let body = data[at..<at + length]
        at += length
        let first = body.startIndex
        switch (kind, length) {
        case (0x2F, _): return (nil, true)
        case (0x51, 3...):
            let tempo = Int(body[first]) << 16 | Int(body[first + 1]) << 8 | Int(body[first + 2])
            return (tempo > 0 ? .tempo(microsecondsPerQuarter: tempo) : nil, false)
        case (0x58, 2...):
            let numerator = Int(body[first])
            let exponent = Int(body[first + 1])
            guard numerator > 0, exponent <= 7 else { return (nil, false) }
            return (.timeSignature(numerator: numerator, denominator: 1 << exponent), false)
        case (0x59, 2...):
            let sharps = Int(Int8(bitPattern: body[first]))
            guard abs(sharps) <= 7 else { return (nil, false) }
            return (.keySignature(sharps: sharps, minor: body[first + 1] == 1), false)
        case (1...7, _): return (.text(kind: Int(kind), String(decoding: body, as: UTF8.self)), false)
        default: return (nil, false)
        }
    }

    // MARK: Bytes

    /// Reads a variable-length quantity of at most four bytes; nil if it is longer or truncated.
    private func variableLength(_ at: inout Int, end: Int) -> Int? {
        var value = 0
        for _ in 0..<4 {
            guard at < end else { return nil }
            let byte = data[at]
            at += 1
            value = value << 7 | Int(byte & 0x7F)
            if byte < 0x80 { return value }
        }
        return nil
    }

    private func bigEndian(at index: Int, count: Int) -> Int? {
        guard index >= 0, index + count <= data.count else { return nil }
        return data[index..<index + count].reduce(0) { $0 << 8 | Int($1) }
    }

    private func chunkName(at index: Int) -> String? {
        guard index + 4 <= data.count else { return nil }
        return String(decoding: data[index..<index + 4], as: UTF8.self)
    }

    /// Skips the RIFF container that some Windows programs add: "RIFF", size, "RMID", "data", size.
    private mutating func skipRIFF() {
        if chunkName(at: 0) == "RIFF", chunkName(at: 8) == "RMID", chunkName(at: 12) == "data" { position = 20 }
    }

    private mutating func warn(_ warning: String) {
        if warnings.count < 20 { warnings.append(warning) }
    }

    private func bad(_ reason: String) -> MusicError { .badMIDI(name: name, reason: reason) }
}
