import Basics
import Testing

@testable import Capture

@Suite struct SourceSpecTests {
    @Test(
        arguments: [
            ("pulse", .pulse(nil)), ("pulse:alsa_input.usb-Mic_0", .pulse("alsa_input.usb-Mic_0")),
            ("alsa", .alsa(nil)),
            ("alsa:plughw:CARD=USB,DEV=0", .alsa("plughw:CARD=USB,DEV=0")),
            ("file:/tmp/a b.wav", .file("/tmp/a b.wav")),
            ("stdin", .stdin(nil)), ("none", .none),
        ] as [(String, SourceSpec)])
    func parsesAndFormatsSpecifications(text: String, spec: SourceSpec) throws {
        #expect(try SourceSpec(parsing: text) == spec)
        #expect(spec.description == text)
    }

    @Test func parsesFormatOfStandardInput() throws {
        let spec = try SourceSpec(parsing: "stdin:f32le,48000,2")
        #expect(spec == .stdin(try StreamFormat(sample: .f32le, rate: 48_000, channels: 2)))
        #expect(spec.description == "stdin:f32le,48000,2")
        #expect(
            try SourceSpec(parsing: "stdin:s24be")
                == .stdin(try StreamFormat(sample: .s24be, rate: 44_100, channels: 1)))
    }

    @Test(arguments: [
        "", ":", "pulse:", "alsa:", "file", "file:", "nope", "PULSE", "music.wav", "none:x", "stdin:", "stdin:mp3",
        "stdin:s16le,0,1", "stdin:s16le,44100,0", "stdin:s16le,44100,1,1", "stdin:s16le,x", "stdin:s16le,999999999,1",
        "stdin:s16le,44100,65", "stdin:s16le,-44100", "stdin:s16le,99999999999999999999999", "pulse:a\u{0}b",
    ])
    func invalidSpecificationsAreNamed(text: String) {
        let error = #expect(throws: CaptureError.self) { try SourceSpec(parsing: text) }
        #expect(error.map { !"\($0)".isEmpty } == true)
        if !text.isEmpty, !text.hasPrefix("stdin:") { #expect(error.map { "\($0)".contains(text) } == true) }
    }

    /// Random text is either rejected, or parsed and formatted to an equal specification.
    @Test func randomTextIsRejectedOrRoundTrips() throws {
        var random = SplitMix64(seed: 5)
        let alphabet = Array("pulsealsafilestdinnone:,,::s16lef32441000 \u{0}ä🎻-/=")
        for _ in 0..<20_000 {
            let text = String(
                (0..<Int.random(in: 0...24, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? "x" })
            guard let spec = try? SourceSpec(parsing: text) else { continue }
            let again = try SourceSpec(parsing: spec.description)
            #expect(again == spec)
        }
    }
}

@Suite struct SampleDecoderTests {
    private func decode(_ format: SampleFormat, _ bytes: [UInt8], channels: Int = 1) -> ([Float], bad: Int) {
        let decoder = SampleDecoder(format: StreamFormat(checked: format, rate: 44_100, channels: channels))
        let count = bytes.count / decoder.format.frameBytes
        var floats = [Float](repeating: .nan, count: count * channels)
        // At an odd address, because a ring doesn't align frames.
        let shifted = [0] + bytes
        let bad = shifted.withUnsafeBytes { space in
            space.baseAddress.map { decoder.decode($0 + 1, count: count, into: &floats) } ?? -1
        }
        return (floats, bad)
    }

    @Test(
        arguments: [
            (.u8, [0x00, 0x80, 0xFF]), (.s8, [0x80, 0x00, 0x7F]), (.s16le, [0, 0x80, 0, 0, 0xFF, 0x7F]),
            (.s16be, [0x80, 0, 0, 0, 0x7F, 0xFF]), (.s24le, [0, 0, 0x80, 0, 0, 0, 0xFF, 0xFF, 0x7F]),
            (.s24be, [0x80, 0, 0, 0, 0, 0, 0x7F, 0xFF, 0xFF]),
            (.s24in32le, [0, 0, 0x80, 0x55, 0, 0, 0, 0xAA, 0xFF, 0xFF, 0x7F, 0x99]),
            (.s32le, [0, 0, 0, 0x80, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0x7F]),
            (.s32be, [0x80, 0, 0, 0, 0, 0, 0, 0, 0x7F, 0xFF, 0xFF, 0xFF]),
            (.f32le, [0, 0, 0x80, 0xBF, 0, 0, 0, 0, 0, 0, 0x80, 0x3F]),
            (.f32be, [0xBF, 0x80, 0, 0, 0, 0, 0, 0, 0x3F, 0x80, 0, 0]),
            (.f64le, [0, 0, 0, 0, 0, 0, 0xF0, 0xBF] + [0, 0, 0, 0, 0, 0, 0, 0] + [0, 0, 0, 0, 0, 0, 0xF0, 0x3F]),
            (.f64be, [0xBF, 0xF0, 0, 0, 0, 0, 0, 0] + [0, 0, 0, 0, 0, 0, 0, 0] + [0x3F, 0xF0, 0, 0, 0, 0, 0, 0]),
        ] as [(SampleFormat, [UInt8])])
    func fullScaleIsOne(format: SampleFormat, bytes: [UInt8]) {
        let (samples, bad) = decode(format, bytes)
        #expect(bad == 0)
        #expect(samples.count == 3)
        #expect(samples[0] == -1 && samples[1] == 0)
        #expect(samples[2] > 0.99 && samples[2] <= 1)
    }

    @Test func keepsChannelsApart() {
        let bytes = Wave.bytes([16_384, 0, -16_384, -8_192, 0, 0]).map { $0 }
        #expect(decode(.s16le, bytes, channels: 2).0 == [0.5, 0, -0.5, -0.25, 0, 0])
    }

    @Test func invalidSamplesBecomeSilenceAndAreCounted() {
        let values: [Float] = [.nan, 0.5, .infinity, -.infinity, 3e38, 0.25, -1.5, .signalingNaN]
        let bytes = values.withUnsafeBytes { Array($0) }
        let (samples, bad) = decode(.f32le, bytes, channels: 2)
        #expect(bad == 5)
        #expect(samples == [0, 0.5, 0, 0, 0, 0.25, -1.5, 0])
    }
}
