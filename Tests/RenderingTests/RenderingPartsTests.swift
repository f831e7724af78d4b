import Foundation
import Music
import Testing

@testable import Rendering

private func performance(_ notes: [Note]) throws -> Piece {
    Piece(MIDIPerformance(try MIDIFile(data: MIDIFile(notes: notes).data, name: "t")))
}

private func chords(_ count: Int) -> [Note] {
    (0..<count).flatMap { index in
        [36, 48, 55, 64, 72].map { pitch in
            Note(
                pitch: pitch + index % 5, start: Double(index) * 0.5, end: Double(index) * 0.5 + 0.45,
                velocity: 30 + (index * 31 + pitch) % 70)
        }
    }
}

@Suite struct RenderingPartsTests {
    @Test func tidiedVoicesPlayEachKeyOnceAtATime() {
        let notes = [
            Note(pitch: 60, start: 0, end: 2), Note(pitch: 60, start: 1, end: 3), Note(pitch: 60, start: 1.001, end: 4),
            Note(pitch: 20, start: 0, end: 1), Note(pitch: 109, start: 0, end: 1), Note(pitch: 61, start: 11, end: 12),
        ]
        let tidy = Voice(program: 0, notes: notes).tidied(clip: 10).notes
        #expect(tidy.map(\.start) == [0, 1])
        #expect(tidy[0].end < 1 && tidy[0].end > 0.99)
        #expect(tidy[1].end == 4)
    }

    @Test func excerptsKeepPedalState() throws {
        var midi = MIDIFile(notes: chords(10))
        midi.tracks[0].append(.init(tick: 10, message: .controller(channel: 0, number: 64, value: 100)))
        midi.tracks[0].append(.init(tick: 6_000, message: .controller(channel: 0, number: 64, value: 0)))
        midi.tracks[0].append(.init(tick: 10, message: .controller(channel: 0, number: 7, value: 0)))
        let whole = Piece(MIDIPerformance(try MIDIFile(data: midi.data, name: "t")))
        let part = whole.excerpt(from: 1, length: 3)
        #expect(part.pedals.map(\.value) == [100, 0])
        #expect(part.pedals.map(\.time) == [0, 2])
        let notes = part.parts.flatMap(\.notes)
        #expect(notes.count == 30)
        #expect(notes.allSatisfy { $0.start >= 0 && $0.end <= 3 })
    }

    @Test func chordsStayWithinTheInstrumentsPolyphony() throws {
        let piece = try performance(chords(40))
        for clip in 0..<50 {
            var random = RenderRandom(seed: 2, clip: clip, stream: 0)
            let voices = Arranger.chords(piece, random: &random)
            #expect(voices.count == 1)
            let voice = try #require(voices.first)
            let instrument = try #require(Instrument.orchestra.first { $0.program == voice.program })
            #expect(!voice.notes.isEmpty && voice.notes.allSatisfy { instrument.range.contains($0.pitch) })
            for note in voice.notes {
                let sounding = voice.notes.count { $0.start <= note.start && $0.end > note.start + 0.011 }
                #expect(sounding <= instrument.stops)
            }
        }
    }

    @Test func bowingStaysWithinItsDepth() throws {
        var recipe = RenderRecipe.Bowing()
        (recipe.vibratoShare, recipe.vibratoCents, recipe.swellDB) = (1, ValueRange(30, 30), ValueRange(12, 12))
        var random = RenderRandom(seed: 3, clip: 0, stream: 0)
        let bowing = Bowing(recipe, random: &random)
        let notes = [Note(pitch: 60, start: 1, end: 3), Note(pitch: 64, start: 2, end: 4)]
        let changes = bowing.changes(for: notes, random: &random)
        #expect(changes.allSatisfy { $0.time >= 1 && $0.time < 4 })
        #expect(zip(changes, changes.dropFirst()).allSatisfy { $0.time <= $1.time })
        let bends = changes.compactMap { if case .bend(let cents) = $0.change { cents } else { nil } }
        #expect((bends.max() ?? 0) > 10 && (bends.min() ?? 0) < -10 && bends.allSatisfy { abs($0) <= 36 })
        let levels = changes.compactMap { if case .expression(let value) = $0.change { value } else { nil } }
        #expect(Set(levels).count > 5 && levels.allSatisfy { (60...127).contains($0) })
        #expect(!Bowing.suits(program: 0) && !Bowing.suits(program: 6) && Bowing.suits(program: 40))
    }

    @Test func legatoExtendsNotesToTheNextOne() {
        let notes = [
            Note(pitch: 60, start: 0, end: 0.8), Note(pitch: 62, start: 1, end: 1.5),
            Note(pitch: 64, start: 1.2, end: 2),
            Note(pitch: 65, start: 2.5, end: 3),
        ]
        let bound = Voice(program: 40, notes: notes).legato().notes
        // The second note overlaps the next one, a rest of 0.5 s is too long, and the last note has no successor.
        #expect(bound.map(\.end) == [1, 1.5, 2, 3])
        #expect(bound.map(\.start) == notes.map(\.start))
    }

    /// Each synthetic instrument plays the written pitch, starts and ends in time, and has a plausible level.
    @Test(arguments: 0..<12)
    func syntheticInstrumentsPlayTheWrittenNotes(clip: Int) throws {
        var random = RenderRandom(seed: 11, clip: clip, stream: 0)
        let instrument = SyntheticInstrument(.init(), random: &random)
        let pitches = [55, 64, 76, 88]
        let notes = pitches.enumerated().map {
            Note(pitch: $1, start: 0.2 + 2.5 * Double($0), end: 1.2 + 2.5 * Double($0))
        }
        var samples = [Float](repeating: 0, count: 10 * 44_100)
        let lags = instrument.play(notes, detune: 0, into: &samples, random: &random)
        func power(_ seconds: Range<Double>) -> Double {
            let part = samples[Int(seconds.lowerBound * 44_100)..<Int(seconds.upperBound * 44_100)]
            return part.reduce(0.0) { $0 + Double($1 * $1) } / Double(part.count)
        }
        /// Power of the first four harmonics, each within a third of a semitone.
        func tone(_ pitch: Double, at start: Double) -> Double {
            let frequency = 440 * exp2((pitch - 69) / 12)
            return (1...4).reduce(0.0) { sum, harmonic in
                var (real, imaginary) = (0.0, 0.0)
                for index in 0..<8_192 {
                    let hann = 0.5 - 0.5 * cos(2 * .pi * Double(index) / 8_192)
                    let sample = hann * Double(samples[Int(start * 44_100) + index])
                    let angle = 2 * .pi * frequency * Double(harmonic) * Double(index) / 44_100
                    real += sample * cos(angle)
                    imaginary += sample * sin(angle)
                }
                return sum + real * real + imaginary * imaginary
            }
        }
        for (note, lag) in zip(notes, lags) {
            #expect(lag > 0 && lag <= 0.08)
            let middle = power(note.start + 0.5..<note.start + 0.9)
            #expect((1e-6...1e-1).contains(middle))
            #expect(power(note.start - 0.15..<note.start) < 0.03 * middle)
            // The resonance is at least 4 dB softer, and decays.
            #expect(power(note.end + 1.1..<note.end + 1.3) < 0.03 * middle)
            let own = tone(Double(note.pitch), at: note.start + 0.5)
            for other in [-2, -1, 1, 2] {
                #expect(own > 5 * tone(Double(note.pitch + other), at: note.start + 0.5))
            }
        }
    }

    @Test func syntheticInstrumentsAreReproducible() throws {
        var random = RenderRandom(seed: 12, clip: 0, stream: 0)
        var again = RenderRandom(seed: 12, clip: 0, stream: 0)
        let notes = [Note(pitch: 60, start: 0, end: 1)]
        var (one, two) = ([Float](repeating: 0, count: 60_000), [Float](repeating: 0, count: 60_000))
        _ = SyntheticInstrument(.init(), random: &random).play(notes, detune: 10, into: &one, random: &random)
        _ = SyntheticInstrument(.init(), random: &again).play(notes, detune: 10, into: &two, random: &again)
        #expect(one == two && one.allSatisfy(\.isFinite))
    }

    /// A sine below half of the new rate is kept without delay; one above is removed.
    @Test func narrowMediumRemovesHighFrequencies() throws {
        func tone(_ frequency: Double) -> [Float] {
            (0..<44_100).map { Float(0.5 * sin(2 * .pi * frequency * Double($0) / 44_100)) }
        }
        func energy(_ samples: [Float]) -> Float { samples[4_410..<39_690].reduce(0) { $0 + $1 * $1 } }
        let low = tone(1_000)
        let kept = try Medium.narrow(low, to: 16_000)
        #expect(kept.count == low.count)
        #expect(energy(zip(low, kept).map { $0 - $1 }) < 1e-4 * energy(low))
        let high = tone(12_000)
        #expect(energy(try Medium.narrow(high, to: 16_000)) < 1e-4 * energy(high))
    }

    @Test func codingKeepsTimeAndLevel() throws {
        let samples = (0..<44_100).map { index -> Float in
            let time = Double(index) / 44_100
            return Float(0.05 * sin(2 * .pi * 440 * time) * exp(-8 * max(0, time - 0.3)) * (time < 0.3 ? 0 : 1))
        }
        let coded = try Medium.code(samples, quality: 0.5)
        #expect(coded.count == samples.count)
        let error = zip(samples, coded).reduce(Float(0)) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        #expect(error < 0.05 * samples.reduce(0) { $0 + $1 * $1 })
        #expect(try Medium.code([Float](repeating: 0, count: 100), quality: 0.5).allSatisfy { $0 == 0 })
    }

    @Test func splitKeepsEveryNoteOnce() throws {
        let piece = try performance(chords(40))
        for clip in 0..<50 {
            var random = RenderRandom(seed: 1, clip: clip, stream: 0)
            let voices = Arranger.split(piece, parts: ValueRange(2, 4), random: &random)
            #expect((1...4).contains(voices.count))
            #expect(Set(voices.map(\.program)).count == voices.count)
            #expect(voices.reduce(0) { $0 + $1.notes.count } == 200)
            for voice in voices {
                let instrument = try #require(Instrument.orchestra.first { $0.program == voice.program })
                #expect(voice.notes.allSatisfy { instrument.range.contains($0.pitch) })
            }
        }
    }

    @Test func soloIsMonophonicAndInRange() throws {
        let piece = try performance(chords(40))
        for clip in 0..<50 {
            var random = RenderRandom(seed: 2, clip: clip, stream: 0)
            let voice = try #require(Arranger.solo(piece, random: &random).first)
            let notes = voice.notes
            #expect(notes.count == 40)
            for (note, next) in zip(notes, notes.dropFirst()) { #expect(note.end <= next.start + 1e-9) }
        }
    }

    @Test func expressionVariesStrictScores() throws {
        let strict = try performance(
            chords(60).map { Note(pitch: $0.pitch, start: $0.start, end: $0.end, velocity: 64) })
        #expect(strict.isStrict)
        #expect(try !performance(chords(60)).isStrict)
        var random = RenderRandom(seed: 3, clip: 0, stream: 0)
        let played = Expression(random: &random).applied(to: strict, random: &random)
        let velocities = Set(played.parts[0].notes.map(\.velocity))
        #expect(velocities.count > 10)
        let (before, after) = (strict.parts[0].notes, played.parts[0].notes)
        #expect(after.count == before.count)
        #expect(after.allSatisfy { $0.end > $0.start && $0.start >= 0 && (1...127).contains($0.velocity) })
        #expect(abs((after.last?.start ?? 0) - (before.last?.start ?? 0)) < 1.5)
        // No chord lies exactly on the grid, and none is spread too far.
        let chord = after.prefix(5).map(\.start)
        #expect((chord.max() ?? 0) - (chord.min() ?? 0) < 0.1)
        #expect(Set(after.map(\.start)).count > 250)
    }

    @Test func roomsHaveTheGivenDecayAndLevel() {
        for (decay, wet) in [(0.3, -20.0), (1.0, -6), (1.8, 0)] {
            var random = RenderRandom(seed: 4, clip: 0, stream: 1)
            let response = RoomResponse(decay: decay, wet: wet, random: &random).samples
            #expect(response[0] == 1)
            let tail = response.dropFirst().reduce(0.0) { $0 + Double($1 * $1) }
            #expect(abs(10 * log10(tail) - wet) < 0.1)
            // Schroeder's backward integral falls by 15 dB over a quarter of the reverberation time.
            func left(_ time: Double) -> Double {
                10 * log10(response[Int(time * 44_100)...].reduce(0.0) { $0 + Double($1 * $1) })
            }
            let fall = left(0.2 * decay + 0.06) - left(0.45 * decay + 0.06)
            #expect(fall > 12 && fall < 22)
        }
    }

    @Test(arguments: RenderRecipe.Noise.Kind.allCases)
    func noiseHasPowerOne(kind: RenderRecipe.Noise.Kind) {
        var random = RenderRandom(seed: 5, clip: 0, stream: 2)
        var source = NoiseSource(kind, random: &random)
        let power = (0..<200_000).reduce(0.0) { sum, _ in
            let sample = source.next(&random)
            return sum + sample * sample
        }
        #expect(abs(10 * log10(power / 200_000)) < 1)
    }

    @Test func normalDeviatesHaveUnitVariance() {
        var random = RenderRandom(seed: 6, clip: 0, stream: 0)
        let values = (0..<50_000).map { _ in random.normal() }
        let mean = values.reduce(0, +) / 50_000
        let variance = values.reduce(0) { $0 + $1 * $1 } / 50_000
        #expect(abs(mean) < 0.02 && abs(variance - 1) < 0.03)
    }
}

@Suite struct RenderRecipeTests {
    private func read(_ text: String) throws -> RenderRecipe { try RenderRecipe(data: Data(text.utf8), name: "r.json") }

    private func problem(_ text: String) -> String {
        do {
            _ = try read(text)
            return ""
        } catch { return "\(error)" }
    }

    @Test func missingKeysKeepTheirDefaults() throws {
        let recipe = try read(
            #"{"name": "a", "soundfonts": [{"file": "x.sf2", "weight": 1}], "room": {"share": 0}, "voicings": {"solo": 1}}"#
        )
        #expect(recipe.room.share == 0)
        #expect(recipe.room.wetDB == RenderRecipe.Room().wetDB)
        // Tables of weights are replaced as a whole.
        #expect(recipe.voicings == ["solo": 1])
        #expect(recipe.count == 100)
    }

    @Test func invalidRecipesNameTheKey() {
        let head = #"{"name": "a", "soundfonts": [{"file": "x.sf2", "weight": 1}]"#
        #expect(problem("").contains("not valid JSON"))
        #expect(problem("[]").contains("must be a JSON object"))
        #expect(problem("{}").contains("'name'"))
        #expect(problem(#"{"name": "a"}"#).contains("'soundfonts'"))
        #expect(problem(head + #", "tempo": [1, 2]}"#).contains("unknown key 'tempo'"))
        #expect(problem(head + #", "room": {"wet": 1}}"#).contains("unknown key 'room.wet'"))
        #expect(problem(head + #", "tempo_factor": [2, 1]}"#).contains("tempo_factor"))
        #expect(problem(head + #", "tempo_factor": [0, 1]}"#).contains("tempo_factor"))
        #expect(problem(head + #", "count": "many"}"#).contains("count"))
        #expect(problem(head + #", "count": 0}"#).contains("count"))
        #expect(problem(head + #", "voicings": {"choir": 1}}"#).contains("choir"))
        #expect(problem(head + #", "noise": {"kinds": {"blue": 1}}}"#).contains("blue"))
        #expect(problem(head + #", "piano_programs": {"128": 1}}"#).contains("128"))
        #expect(problem(head + "}") == "")
    }

    @Test func missingFilesAreMissingInput() {
        #expect(throws: RenderingError.missingInput(path: "/no.json", reason: "there is no such file")) {
            _ = try RenderRecipe(path: "/no.json")
        }
    }
}
