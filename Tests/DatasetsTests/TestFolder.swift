import Foundation
import Sound

/// A temporary folder, removed on `deinit`.
final class TestFolder {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("datasets-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    subscript(name: String) -> String { path + "/" + name }

    @discardableResult
    func write(_ text: String, to name: String) throws -> String { try write([UInt8](text.utf8), to: name) }

    @discardableResult
    func write(_ bytes: [UInt8], to name: String) throws -> String {
        try makeFolder(name)
        try Data(bytes).write(to: URL(fileURLWithPath: self[name]))
        return self[name]
    }

    /// Writes the tone A4 at half of full scale.
    @discardableResult
    func writeTone(
        _ name: String, seconds: Double = 1, amplitude: Float = 0.5, format: AudioFileWriter.Format = .wav16,
        rate: Int = 44_100
    ) throws -> String {
        try makeFolder(name)
        let samples = (0..<Int(seconds * Double(rate))).map { amplitude * sin(2 * .pi * 440 * Float($0) / Float(rate)) }
        try AudioFileWriter.write(samples, to: self[name], format: format, rate: rate)
        return self[name]
    }

    private func makeFolder(_ name: String) throws {
        try FileManager.default.createDirectory(
            at: URL(fileURLWithPath: self[name]).deletingLastPathComponent(), withIntermediateDirectories: true)
    }
}

/// Labels in MusicNet's format: the header line followed by `rows`.
func musicNetLabels(_ rows: [String]) -> String {
    (["start_time,end_time,instrument,note,start_beat,end_beat,note_value"] + rows).joined(separator: "\n") + "\n"
}

/// A RIFF/WAVE file with the given `fmt ` chunk, a chunk to skip, and samples whose size the header gives as
/// `claimed` bytes.
func waveFile(format: [UInt8], samples: [UInt8], claimed: Int? = nil) -> [UInt8] {
    func word(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
    let list = [UInt8]("LIST".utf8) + word(3) + [1, 2, 3, 0]
    let chunks =
        [UInt8]("fmt ".utf8) + word(format.count) + format + list + [UInt8]("data".utf8)
        + word(claimed ?? samples.count) + samples
    return [UInt8]("RIFF".utf8) + word(4 + chunks.count) + [UInt8]("WAVE".utf8) + chunks
}

/// The 16 bytes of a `fmt ` chunk.
func waveFormat(tag: Int, channels: Int = 1, rate: Int = 44_100, bits: Int) -> [UInt8] {
    func half(_ value: Int) -> [UInt8] { [UInt8(value & 0xFF), UInt8(value >> 8 & 0xFF)] }
    let frame = channels * bits / 8
    return half(tag) + half(channels) + half(rate & 0xFFFF) + half(rate >> 16) + half(rate * frame & 0xFFFF)
        + half(rate * frame >> 16) + half(frame) + half(bits)
}

/// The same format as WAVE_FORMAT_EXTENSIBLE.
func extensibleFormat(tag: Int, channels: Int = 1, bits: Int) -> [UInt8] {
    let guid: [UInt8] = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71]
    return waveFormat(tag: 0xFFFE, channels: channels, bits: bits) + [22, 0, UInt8(bits), 0, 4, 0, 0, 0]
        + [UInt8(tag), 0] + guid
}
