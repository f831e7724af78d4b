/// The layout of one sample in memory, as the device or the pipe delivers it.
///
/// Integers are scaled so that full scale is ±1.0. 24-bit samples are packed in three bytes (`s24le`, `s24be`) or in
/// the low three bytes of four (`s24in32le`). The raw value is the name in a source specification.
public enum SampleFormat: String, Sendable, Codable, CaseIterable {
    case u8, s8
    case s16le, s16be
    case s24le, s24be, s24in32le
    case s32le, s32be
    case f32le, f32be
    case f64le, f64be

    /// Bytes per sample of one channel.
    public var bytes: Int {
        switch self {
        case .u8, .s8: 1
        case .s16le, .s16be: 2
        case .s24le, .s24be: 3
        case .s24in32le, .s32le, .s32be, .f32le, .f32be: 4
        case .f64le, .f64be: 8
        }
    }

    /// 32-bit float in the byte order of this machine.
    static var nativeFloat: SampleFormat { UInt32(1).littleEndian == 1 ? .f32le : .f32be }
}

/// The format of a raw audio stream: interleaved samples.
public struct StreamFormat: Sendable, Equatable, Codable, CustomStringConvertible {
    public var sample: SampleFormat
    /// Hz, 1,000...768,000.
    public var rate: Int
    /// 1...64.
    public var channels: Int

    public init(sample: SampleFormat, rate: Int, channels: Int) throws(CaptureError) {
        guard (1_000...768_000).contains(rate) else {
            throw .badFormat("\(rate)", reason: "the sample rate must be from 1000 to 768000 Hz")
        }
        guard (1...64).contains(channels) else {
            throw .badFormat("\(channels)", reason: "the number of channels must be from 1 to 64")
        }
        self.init(checked: sample, rate: rate, channels: channels)
    }

    /// Skips validation, for values that are known to be in range.
    init(checked sample: SampleFormat, rate: Int, channels: Int) {
        self.sample = sample
        self.rate = rate
        self.channels = channels
    }

    /// 16-bit little-endian, 44.1 kHz, mono: the default format of standard input.
    public static let standardInput = StreamFormat(checked: .s16le, rate: 44_100, channels: 1)

    /// Parses `FORMAT,RATE,CHANNELS`, such as `s16le,48000,2`. The rate and the channels are optional.
    public init(parsing text: String) throws(CaptureError) {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        let names = SampleFormat.allCases.map(\.rawValue).joined(separator: ", ")
        guard parts.count <= 3, let first = parts.first else {
            throw .badFormat(text, reason: "write FORMAT,RATE,CHANNELS, such as s16le,44100,1")
        }
        guard let sample = SampleFormat(rawValue: String(first)) else {
            throw .badFormat(String(first), reason: "the sample formats are \(names)")
        }
        var figures = [Self.standardInput.rate, Self.standardInput.channels]
        for (index, part) in parts.dropFirst().enumerated() {
            guard let figure = Int(part) else {
                throw .badFormat(String(part), reason: "write FORMAT,RATE,CHANNELS, such as s16le,44100,1")
            }
            figures[index] = figure
        }
        try self.init(sample: sample, rate: figures[0], channels: figures[1])
    }

    /// The form that `init(parsing:)` accepts, such as `s16le,44100,1`.
    public var description: String { "\(sample.rawValue),\(rate),\(channels)" }

    /// Bytes per frame, which is one sample of each channel.
    public var frameBytes: Int { sample.bytes * channels }
}
