import Foundation

extension MIDIFile {
    /// The encoded Standard MIDI File: type 0 for one track, type 1 for several.
    ///
    /// Events are written in time order, with note-offs first among equal ticks. Out-of-range data values are clamped.
    public var data: [UInt8] {
        var bytes = Array("MThd".utf8) + Self.bigEndian(6, bytes: 4)
        bytes += Self.bigEndian(tracks.count > 1 ? 1 : 0, bytes: 2)
        bytes += Self.bigEndian(min(max(tracks.count, 1), 0xFFFF), bytes: 2)
        bytes += Self.bigEndian(divisionWord, bytes: 2)
        for events in tracks.isEmpty ? [[]] : tracks.prefix(0xFFFF)[...] {
            let body = Self.trackBytes(events)
            bytes += Array("MTrk".utf8) + Self.bigEndian(body.count, bytes: 4) + body
        }
        return bytes
    }

    /// Writes the file atomically.
    ///
    /// - Throws: `MusicError.cannotWrite`.
    public func write(to path: String) throws(MusicError) {
        try OutputFile.write(Data(data), to: path)
    }

    private var divisionWord: Int {
        switch division {
        case .ticksPerQuarter(let ticks): return min(max(ticks, 1), 0x7FFF)
        case .ticksPerSecond(let rate):
            // 29 encodes 29.97 frames per second.
            let kinds = [(25, 25.0), (24, 24.0), (30, 30.0), (29, 30_000.0 / 1_001)]
            let errors = kinds.map { kind in
                let ticks = min(max((rate / kind.1).rounded(), 1), 255)
                return (kind.0, Int(ticks), abs(ticks * kind.1 - rate))
            }
            let best = errors.min { $0.2 < $1.2 } ?? (25, 40, 0)
            return (256 - best.0) << 8 | best.1
        }
    }

    private static func trackBytes(_ events: [MIDIEvent]) -> [UInt8] {
        func isNoteOff(_ event: MIDIEvent) -> Bool { if case .noteOff = event.message { true } else { false } }
        let order = events.indices.sorted {
            (events[$0].tick, isNoteOff(events[$0]) ? 0 : 1, $0) < (events[$1].tick, isNoteOff(events[$1]) ? 0 : 1, $1)
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(4 * events.count + 4)
        var tick = 0
        for event in order.lazy.map({ events[$0] }) {
            var delta = max(0, event.tick - tick)
            tick = max(tick, event.tick)
            // A delta time has at most 28 bits: empty text events bridge longer pauses.
            while delta > 0x0FFF_FFFF {
                bytes += variableLength(0x0FFF_FFFF) + [0xFF, 0x01, 0x00]
                delta -= 0x0FFF_FFFF
            }
            bytes += variableLength(delta) + messageBytes(event.message)
        }
        return bytes + [0x00, 0xFF, 0x2F, 0x00]
    }

    private static func messageBytes(_ message: MIDIEvent.Message) -> [UInt8] {
        func status(_ kind: UInt8, _ channel: Int) -> UInt8 { kind | UInt8(channel & 0x0F) }
        func value(_ value: Int) -> UInt8 { UInt8(min(max(value, 0), 127)) }
        switch message {
        case .noteOff(let channel, let key, let velocity): return [status(0x80, channel), value(key), value(velocity)]
        case .noteOn(let channel, let key, let velocity):
            return [status(0x90, channel), value(key), max(1, value(velocity))]
        case .polyphonicPressure(let channel, let key, let pressure):
            return [status(0xA0, channel), value(key), value(pressure)]
        case .controller(let channel, let number, let setting):
            return [status(0xB0, channel), value(number), value(setting)]
        case .program(let channel, let number): return [status(0xC0, channel), value(number)]
        case .channelPressure(let channel, let pressure): return [status(0xD0, channel), value(pressure)]
        case .pitchBend(let channel, let bend):
            let bend = min(max(bend, 0), 0x3FFF)
            return [status(0xE0, channel), UInt8(bend & 0x7F), UInt8(bend >> 7)]
        case .tempo(let microseconds):
            return [0xFF, 0x51, 0x03] + bigEndian(min(max(microseconds, 1), 0xFF_FFFF), bytes: 3)
        case .timeSignature(let numerator, let denominator):
            let exponent = (0...7).first { 1 << $0 >= denominator } ?? 2
            return [0xFF, 0x58, 0x04, UInt8(min(max(numerator, 1), 255)), UInt8(exponent), 24, 8]
        case .keySignature(let sharps, let minor):
            return [0xFF, 0x59, 0x02, UInt8(bitPattern: Int8(min(max(sharps, -7), 7))), minor ? 1 : 0]
        case .text(let kind, let text):
            let bytes = Array(text.utf8.prefix(0x0FFF_FFFF))
            return [0xFF, UInt8(min(max(kind, 1), 7))] + variableLength(bytes.count) + bytes
        }
    }

    private static func variableLength(_ value: Int) -> [UInt8] {
        var bytes = [UInt8(value & 0x7F)]
        var rest = value >> 7
        while rest > 0 {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        return bytes.reversed()
    }

    private static func bigEndian(_ value: Int, bytes: Int) -> [UInt8] {
        (0..<bytes).map { UInt8(truncatingIfNeeded: value >> (8 * (bytes - 1 - $0))) }
    }
}
