/// A tolerant parser for Standard MIDI Files (MIDI 1.0, RP-001), also within a RIFF container (RP-029) or MacBinary.
///
/// Reads what other tolerant readers do: running status that continues after meta events, tracks with a wrong length or
/// with stray bytes between them, lengths of more than four bytes, and velocities above 127.
struct MIDIParser {
    private let data: [UInt8]
    private let name: String
    private var position: Int
    private var warnings: [String] = []
    /// The end of the MIDI data, behind which a container may have other data.
    private let limit: Int

    init(data: [UInt8], name: String) {
        let range = MIDIContainer.contents(of: data)
        self.data = data
        self.name = name
        position = range.lowerBound
        limit = range.upperBound
    }

    mutating func parse() throws(MusicError) -> MIDIFile {
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
        while position + 8 <= limit, let length = bigEndian(at: position + 4, count: 4) {
            let number = file.tracks.count
            let start = position + 8
            guard chunkName(at: position) == "MTrk" else {
                // The standard allows unknown chunks.
                if isChunk(at: position) { position = start + length } else { findTrack(before: number) }
                continue
            }
            let claimed = min(start + length, limit)
            // A length that leads nowhere is wrong: then the track ends where the next one begins.
            let isRight = start + length == limit || start + length < limit && isChunk(at: start + length)
            let end = isRight ? claimed : nextTrack(from: start) ?? limit
            let track = readTrack(start..<end, number: number)
            file.tracks.append(track.events)
            if isRight, !(track.end < end && chunkName(at: track.end) == "MTrk") {
                position = end
            } else {
                position = track.end
                if track.end != start + length {
                    warn("track \(number) claims \(length) bytes, but has \(track.end - start)")
                }
            }
        }
        guard !file.tracks.isEmpty else { throw bad("it has no tracks") }
        file.warnings = warnings
        return file
    }

    /// Skips bytes that are no chunk, up to the next track or the end.
    private mutating func findTrack(before number: Int) {
        let next = nextTrack(from: position)
        // Programs write zeros, or text of their own, behind the last track.
        if let next {
            let count = next - position
            warn("\(count) stray \(count == 1 ? "byte" : "bytes") before track \(number) were skipped")
        }
        position = next ?? limit
    }

    private func nextTrack(from start: Int) -> Int? {
        let name = Array("MTrk".utf8)
        var at = start
        while at + 8 <= limit {
            guard let found = data[at..<limit].firstIndex(of: name[0]), found + 8 <= limit else { return nil }
            if data[found..<found + 4].elementsEqual(name) { return found }
            at = found + 1
        }
        return nil
    }

    /// Whether a chunk seems to begin here: four printable characters, and a length within the file.
    private func isChunk(at index: Int) -> Bool {
        guard index + 8 <= limit, let length = bigEndian(at: index + 4, count: 4) else { return false }
        if chunkName(at: index) == "MTrk" { return true }
        return data[index..<index + 4].allSatisfy { (0x20..<0x7F).contains($0) } && index + 8 + length <= limit
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

    /// Reads events up to the track's end event, the end of the range, or damage; `end` is where reading ended.
    private mutating func readTrack(_ range: Range<Int>, number: Int) -> (events: [MIDIEvent], end: Int) {
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
                    return (events, range.upperBound)
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
                // Meta events and system exclusive messages cancel running status by the standard, but not for many
                // programs, and a data byte that follows has no other meaning.
                guard let meta = readMeta(&at, end: range.upperBound) else {
                    warn("track \(number) is truncated in a meta event")
                    return (events, range.upperBound)
                }
                if meta.isEnd { return (events, at) }
                if let message = meta.message { events.append(MIDIEvent(tick: tick, message: message)) }
            case 0xF0, 0xF7:
                guard let length = variableLength(&at, end: range.upperBound), length <= range.upperBound - at else {
                    warn("track \(number) is truncated in a system exclusive message")
                    return (events, range.upperBound)
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
                } else if let message = readLargeValue(status, &at, end: range.upperBound) {
                    warn("track \(number) has a velocity or value above 127 at byte \(at - 1)")
                    events.append(MIDIEvent(tick: tick, message: message))
                } else {
                    warn("track \(number) has a damaged event at byte \(at)")
                    isMidEvent = true
                }
            }
        }
        return (events, range.upperBound)
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

    /// Reads a message whose second data byte, at `at`, is above 127, if at least as many valid events follow it as a
    /// data byte as follow it as a status byte. The value is taken as 127.
    private func readLargeValue(_ status: UInt8, _ at: inout Int, end: Int) -> MIDIEvent.Message? {
        guard at < end, data[at] >= 0x80, data[at - 1] < 0x80, ![0xC0, 0xD0].contains(status & 0xF0) else { return nil }
        var asStatus = at
        var count = skim(&asStatus, end: end, running: status, isMidEvent: true, most: 1)
        if count > 0 { count += skim(&asStatus, end: end, running: data[at], isMidEvent: false, most: 7) }
        var asData = at + 1
        guard skim(&asData, end: end, running: status, isMidEvent: false, most: 8) >= max(1, count) else { return nil }
        let key = Int(data[at - 1])
        let channel = Int(status & 0x0F)
        at += 1
        switch status & 0xF0 {
        case 0x80: return .noteOff(channel: channel, key: key, velocity: 127)
        case 0x90: return .noteOn(channel: channel, key: key, velocity: 127)
        case 0xA0: return .polyphonicPressure(channel: channel, key: key, value: 127)
        case 0xB0: return .controller(channel: channel, number: key, value: 127)
        default: return .pitchBend(channel: channel, value: 127 << 7 | key)
        }
    }

    /// The number of valid events from `at` on, `most` at most; the end of the track counts for all that are missing.
    private func skim(_ at: inout Int, end: Int, running: UInt8, isMidEvent: Bool, most: Int) -> Int {
        var running = running
        var isMidEvent = isMidEvent
        for count in 0..<most {
            if !isMidEvent, variableLength(&at, end: end) == nil { return count }
            isMidEvent = false
            guard at < end else { return count }
            var status = running
            if data[at] >= 0x80 {
                status = data[at]
                at += 1
            }
            switch status {
            case 0xFF, 0xF0, 0xF7:
                if status == 0xFF {
                    guard at < end else { return count }
                    if data[at] == 0x2F { return most }
                    at += 1
                }
                guard let length = variableLength(&at, end: end), length <= end - at else { return count }
                at += length
            case 0xF1...0xFE: return count
            default:
                running = status
                if readChannelMessage(status, &at, end: end) == nil { return count }
            }
        }
        return most
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
        case (1...7, _): return (.text(kind: Int(kind), LegacyText.decode(body)), false)
        default: return (nil, false)
        }
    }

    // MARK: Bytes

    /// Reads a variable-length quantity below 2^28, which some programs pad to more than four bytes; nil if it is
    /// larger or truncated.
    private func variableLength(_ at: inout Int, end: Int) -> Int? {
        var value = 0
        while at < end, value < 1 << 28 {
            let byte = data[at]
            at += 1
            value = value << 7 | Int(byte & 0x7F)
            if byte < 0x80 { return value < 1 << 28 ? value : nil }
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

    private mutating func warn(_ warning: String) {
        if warnings.count < 20 { warnings.append(warning) }
    }

    private func bad(_ reason: String) -> MusicError { .badMIDI(name: name, reason: reason) }
}
