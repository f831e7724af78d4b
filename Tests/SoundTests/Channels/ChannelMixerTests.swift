import Foundation
import Sound
import Testing

private let rate = 44_100.0

/// Decaying tones with harmonics and attacks, like a piano's, `perSecond` of them.
private func music(seconds: Double, seed: UInt64 = 1, perSecond: Double = 4) -> [Float] {
    var state = seed
    func random() -> Double {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Double(state >> 33) / Double(1 << 31)
    }
    var result = [Float](repeating: 0, count: Int(seconds * rate))
    for note in 0..<Int(seconds * perSecond) {
        let start = Int(Double(note) / perSecond * rate)
        let pitch = 110 * exp2(random() * 3)
        let phases = (0..<8).map { _ in random() * 2 * .pi }
        for index in start..<min(result.count, start + Int(rate)) {
            let time = Double(index - start) / rate
            var sum = 0.0
            for (harmonic, phase) in phases.enumerated() {
                let frequency = pitch * Double(harmonic + 1)
                sum += sin(2 * .pi * frequency * time + phase) / Double(harmonic + 1) * exp(-4 * time)
            }
            result[index] += Float(0.1 * sum)
        }
    }
    return result
}

private func delayed(_ samples: [Float], by milliseconds: Double) -> [Float] {
    let shift = Int(milliseconds * rate / 1000)
    return [Float](repeating: 0, count: shift) + samples.dropLast(shift)
}

/// A mixer and what it did with a signal.
private struct Mix {
    var mono: [Float] = []
    /// Every report that differed from the previous one, with its time in seconds.
    var reports: [(time: Double, report: ChannelReport)] = []

    init(_ channels: [[Float]], _ choice: ChannelChoice = .automatic) {
        var mixer = ChannelMixer(channels: channels.count, rate: rate, choice: choice)
        reports = [(0, mixer.report)]
        let count = channels[0].count
        var block = [Float](repeating: 0, count: 220)
        for start in stride(from: 0, to: count, by: 220) {
            let length = min(220, count - start)
            let interleaved = (start..<start + length).flatMap { frame in channels.map { $0[frame] } }
            mixer.mix(interleaved, frames: length, into: &block)
            mono += block[..<length]
            if mixer.report != reports.last?.report { reports.append((Double(start) / rate, mixer.report)) }
        }
    }

    var last: ChannelReport { reports[reports.count - 1].report }
    var hasCancelled: Bool { reports.contains { $0.report.areCancelling } }
}

private func power(_ samples: some Collection<Float>) -> Float {
    samples.reduce(0) { $0 + $1 * $1 } / Float(max(samples.count, 1))
}

@Suite struct ChannelMixerTests {
    // MARK: Inverted channels

    /// Not a note is lost: the strongest channel is used from the first block on.
    @Test(arguments: [Float(1), 0.7, 0.5]) func anInvertedChannelIsReplaced(level: Float) {
        let sound = [Float](repeating: 0, count: 10_000) + music(seconds: 6)
        let mix = Mix([sound, sound.map { -level * $0 }])
        #expect(mix.last == ChannelReport(count: 2, used: 1, areCancelling: true))
        #expect(mix.reports.count == 2)
        #expect((mix.reports.last?.time ?? 9) < 2)
        #expect(mix.last.warning?.contains("only channel 1 of 2 is used") == true)
        #expect(abs(power(mix.mono) / power(sound) - 1) < 0.05)
        #expect(mix.mono.suffix(100_000).elementsEqual(sound.suffix(100_000)))
    }

    @Test func theStrongerChannelIsUsed() {
        let sound = music(seconds: 4)
        #expect(Mix([sound.map { -0.6 * $0 }, sound]).last.used == 2)
        // Any number of channels.
        let quiet = music(seconds: 4, seed: 7).map { 0.01 * $0 }
        #expect(Mix([quiet, sound.map { 0.9 * $0 }, quiet, sound.map { -1 * $0 }]).last.used == 4)
    }

    /// In the middle of a recording, the change is faded, so that it isn't an onset of its own.
    @Test func aCableThatIsReplacedLaterIsNoticed() {
        let sound = music(seconds: 14, perSecond: 8)
        let turn = Int(4 * rate)
        let other = sound.enumerated().map { $0 < turn ? $1 : -$1 }
        let mix = Mix([sound, other])
        #expect(mix.last.used == 1 && mix.reports.count == 2)
        #expect((4.5...8).contains(mix.reports.last?.time ?? 0), "\(mix.reports)")
        let steps = zip(mix.mono, mix.mono.dropFirst()).map { abs($0 - $1) }
        let ordinary = zip(sound, sound.dropFirst()).map { abs($0 - $1) }.max() ?? 0
        #expect((steps.max() ?? 1) <= ordinary * 1.01)
    }

    @Test func theMixReturnsOnceTheChannelsAreInOrder() {
        let sound = music(seconds: 24, perSecond: 8)
        let other = sound.enumerated().map { $0 < Int(6 * rate) ? -$1 : $1 }
        let mix = Mix([sound, other])
        #expect(mix.reports.map(\.report.areCancelling) == [false, true, false])
        #expect((15.5...18).contains(mix.reports.last?.time ?? 0))
    }

    @Test func aChannelThatDiesIsNotKept() {
        let sound = music(seconds: 12, perSecond: 8)
        let dying = sound.enumerated().map { $0 < Int(4 * rate) ? $1 : 0 }
        let mix = Mix([dying, sound.map { -0.9 * $0 }])
        #expect(power(mix.mono.suffix(Int(4 * rate))) > 0.1 * power(sound.suffix(Int(4 * rate))))
    }

    // MARK: Ordinary recordings

    @Test func ordinaryRecordingsAreMixed() {
        let sound = music(seconds: 8)
        let other = music(seconds: 8, seed: 99)
        let hum = (0..<sound.count).map { Float(0.02 * sin(2 * .pi * 50 * Double($0) / rate)) }
        for (name, channels) in [
            ("equal", [sound, sound]), ("left only", [sound, sound.map { 0 * $0 }]),
            ("unrelated", [sound, other]), ("spaced pair, 0.7 ms", [sound, delayed(sound, by: 0.7)]),
            ("spaced pair, 3 ms", [sound, delayed(sound, by: 3)]),
            ("spaced pair, 10 ms", [sound, delayed(sound, by: 10)]), ("hum on one", [sound, hum]),
            ("eight channels, one sounds", [sound] + [[Float]](repeating: sound.map { 0 * $0 }, count: 7)),
            ("a part is inverted", [zip(sound, other).map { $0 + $1 }, zip(sound, other).map { $0 - 0.8 * $1 }]),
        ] as [(String, [[Float]])] {
            let mix = Mix(channels)
            #expect(!mix.hasCancelled, "\(name): \(mix.reports)")
            #expect(mix.last.used == nil, "\(name)")
            let mean = channels[0].indices.map { frame in
                channels.reduce(0) { $0 + $1[frame] } / Float(channels.count)
            }
            #expect(zip(mix.mono, mean).suffix(100_000).allSatisfy { abs($0 - $1) < 1e-6 }, "\(name)")
        }
    }

    /// A held tone may cancel for seconds in a stereo pair, after music that doesn't.
    @Test func aToneThatCancelsForAWhileChangesNothing() {
        let sound = music(seconds: 12)
        let tone = (0..<sound.count).map { index in
            let time = Double(index) / rate
            return (3...5).contains(time) ? Float(0.3 * sin(2 * .pi * 440 * time)) : 0
        }
        let (left, right) = (sound.map { 0.05 * $0 }, delayed(sound, by: 2).map { 0.05 * $0 })
        let mix = Mix([zip(left, tone).map { $0 + $1 }, zip(right, tone).map { $0 - $1 }])
        #expect(!mix.hasCancelled, "\(mix.reports)")
    }

    @Test func silenceAndNoiseDecideNothing() {
        #expect(!Mix([[Float](repeating: 0, count: 50_000), [Float](repeating: 0, count: 50_000)]).hasCancelled)
        // Far below what counts as sound.
        let faint = music(seconds: 3).map { $0 * 1e-4 }
        #expect(!Mix([faint, faint.map { -$0 }]).hasCancelled)
    }

    // MARK: Configuration

    @Test func theConfigurationDecides() {
        let sound = music(seconds: 3)
        let inverted = sound.map { -$0 }
        let mix = Mix([sound, inverted], .mix)
        #expect(mix.mono.allSatisfy { $0 == 0 })
        #expect(mix.last.areCancelling && mix.last.used == nil)
        #expect(mix.last.warning?.contains("set 'channel'") == true)
        let right = Mix([sound, inverted], .channel(2))
        #expect(right.mono == inverted && right.last == ChannelReport(count: 2, used: 2))
        #expect(right.last.warning == nil)
    }

    @Test func aMissingChannelIsReportedAndNotUsed() {
        let sound = music(seconds: 3)
        let mix = Mix([sound, sound], .channel(5))
        #expect(mix.last.missing == 5 && mix.last.used == nil)
        #expect(mix.last.warning?.contains("only 2 channels") == true)
        #expect(mix.mono == sound)
        #expect(Mix([sound], .channel(2)).last.warning?.contains("only one channel") == true)
        #expect(Mix([sound], .channel(1)).last == ChannelReport(count: 1))
    }

    @Test func choicesAreParsed() {
        for (text, choice) in [
            ("auto", .automatic), ("mix", .mix), ("left", .channel(1)), ("right", .channel(2)), ("7", .channel(7)),
        ] as [(String, ChannelChoice)] {
            #expect(ChannelChoice(parsing: text) == choice)
            #expect(ChannelChoice(parsing: choice.description) == choice)
        }
        for text in ["", "0", "65", "-1", "centre", "1.0", "Left"] { #expect(ChannelChoice(parsing: text) == nil) }
    }

    @Test func invertedFilesAreReadAutomatically() throws {
        let path = NSTemporaryDirectory() + "inverted-\(UInt64.random(in: 0 ... .max)).wav"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let sound = music(seconds: 2)
        var writer = try AudioFileWriter(path: path, format: .wavFloat, channels: 2)
        let frames = sound.flatMap { [$0, -$0] }
        try writer.write(frames.span)
        try writer.close()
        let read = try AudioFileReader.readAll(path: path)
        #expect(power(read) > 0.95 * power(sound))
    }
}
