import Foundation
import Music
import Scores
import Synthesis
import Testing

@testable import Following
@testable import FollowingSounds

@Suite struct NoteTemplateTests {
    static let hasSoundFont = SoundFontLibrary().score() != nil
    let keys: Set<NoteTemplates.Key> = [.init(program: 0, pitch: 60), .init(program: 0, pitch: 64)]

    func load(
        _ keys: Set<NoteTemplates.Key>, sounds: NoteSounds = .synthetic, cache: TemplateCache? = nil
    ) throws -> NoteTemplates {
        try NoteTemplates(keys, sounds: sounds, cache: cache)
    }

    @Test func agesAreDenseAtFirst() {
        let table = TemplateAges()
        #expect(Array(table.hops.prefix(17)) == Array(0...16))
        #expect(table.last == 258)
        #expect(table.count < 70)
        for (earlier, later) in zip(table.hops, table.hops.dropFirst()) {
            #expect(later > earlier && Double(later - earlier) <= max(1, 0.06 * Double(earlier) + 0.5))
        }
    }

    @Test func everyAgeIsInterpolated() {
        let table = TemplateAges()
        #expect(table.place(of: -1) == (0, 0))
        for age in stride(from: Float(0), to: 258, by: 0.25) {
            let (row, share) = table.place(of: age)
            #expect(abs(Float(table.hops[row]) * (1 - share) + Float(table.hops[row + 1]) * share - age) < 1e-4)
        }
        #expect(table.place(of: 258) == (table.count - 1, 0))
        #expect(table.place(of: 1e9) == (table.count - 1, 0))
    }

    @Test func notesDifferByPitchAndDecay() throws {
        let templates = try load(keys)
        #expect(templates.count == 2)
        let low = try #require(templates.index(program: 0, pitch: 60))
        let high = try #require(templates.index(program: 0, pitch: 64))
        let magnitudes = templates.magnitudes(of: low, age: 8)
        #expect(magnitudes.count == templates.bands)
        #expect(magnitudes != templates.magnitudes(of: high, age: 8))
        #expect(templates.magnitudes(of: low, age: 0).allSatisfy { $0 == 0 })
        let levels = [1, 8, 100, 258, 500, 2000].map { templates.magnitudes(of: low, age: $0).reduce(0, +) }
        #expect(levels[1] > levels[0])
        for (earlier, later) in zip(levels.dropFirst(), levels.dropFirst(2)) { #expect(earlier > later && later >= 0) }
    }

    @Test func powersAreAdded() throws {
        let templates = try load(keys)
        let index = try #require(templates.index(program: 0, pitch: 60))
        let single = templates.magnitudes(of: index, age: 7.5)
        var sum = [Float](repeating: 1, count: templates.bands)
        sum.withUnsafeMutableBufferPointer {
            guard let base = $0.baseAddress else { return }
            templates.addPower(of: index, age: 7.5, gain: 2, into: base)
            templates.addPower(of: index, age: -3, into: base)
            templates.addPower(of: 99, age: 7.5, into: base)
            templates.addPower(of: -1, age: 7.5, into: base)
        }
        for (power, magnitude) in zip(sum, single) {
            #expect(abs(power - 1 - 4 * magnitude * magnitude) < 1e-4 * power)
        }
        var released = [Float](repeating: 0, count: templates.bands)
        released.withUnsafeMutableBufferPointer {
            guard let base = $0.baseAddress else { return }
            templates.addPower(of: index, age: 7.5, sinceRelease: templates.releaseTime(of: index), into: base)
        }
        for (power, magnitude) in zip(released, single) {
            #expect(abs(power - magnitude * magnitude * Float(exp(-2.0))) <= 1e-4 * power)
        }
    }

    @Test func powersBetweenAgesAreInterpolated() throws {
        let templates = try load(keys)
        let index = try #require(templates.index(program: 0, pitch: 60))
        let (before, after) = (templates.magnitudes(of: index, age: 5), templates.magnitudes(of: index, age: 6))
        let between = templates.magnitudes(of: index, age: 5.25)
        for band in between.indices {
            let power = 0.75 * before[band] * before[band] + 0.25 * after[band] * after[band]
            #expect(abs(between[band] * between[band] - power) <= 1e-4 * power)
        }
    }

    @Test func unknownNotesHaveNoTemplate() throws {
        let templates = try load([
            .init(program: 300, pitch: 60), .init(program: 0, pitch: -1), .init(program: 0, pitch: 60),
        ])
        #expect(templates.count == 1)
        for (program, pitch) in [(300, 60), (0, -1), (0, 61), (-1, 60), (0, 128)] {
            #expect(templates.index(program: program, pitch: pitch) == nil)
        }
        #expect(NoteTemplates.none.index(program: 0, pitch: 60) == nil)
        #expect(NoteTemplates.none.magnitudes(of: 0, age: 1).isEmpty)
        #expect(templates.magnitudes(of: 1, age: 1).isEmpty)
    }

    @Test func syntheticInstrumentsShareTemplates() throws {
        let templates = try load([.init(program: 0, pitch: 60), .init(program: 40, pitch: 60)])
        #expect(templates.count == 1)
        #expect(templates.index(program: 40, pitch: 60) == 0 && templates.index(program: 0, pitch: 60) == 0)
    }

    @Test func progressIsReportedAndCanCancel() throws {
        struct Cancellation: Error {}
        var shares: [Double] = []
        _ = try NoteTemplates(keys, sounds: .synthetic, cache: nil) { shares.append($0) }
        #expect(shares.first == 0 && shares.last == 1 && shares == shares.sorted())
        let many = Set((40..<80).map { NoteTemplates.Key(program: 0, pitch: $0) })
        #expect(throws: Cancellation.self) {
            _ = try NoteTemplates(many, sounds: .synthetic, cache: nil) { if $0 > 0 { throw Cancellation() } }
        }
    }

    @Test func errorNamesAMissingSoundFont() throws {
        #expect(throws: FollowingError.self) { try NoteSounds.named("no-such.sf2") }
        let error = #expect(throws: FollowingError.self) { try load(keys, sounds: .soundFont(path: "/no/such.sf2")) }
        #expect(error?.description.contains("/no/such.sf2") == true)
    }

    @Test(.enabled(if: hasSoundFont)) func templatesMatchRenderedNotes() throws {
        let sounds = try NoteSounds.named(nil)
        let templates = try load([.init(program: 0, pitch: 69), .init(program: 40, pitch: 69)], sounds: sounds)
        #expect(templates.count == 2)
        guard case .soundFont(let path) = sounds else { return }
        var played: [Float] = []
        let options = ScoreSynthesizer.Options(hasReverb: false, hasChorus: false, gain: 0.5)
        let note = Note(pitch: 69, start: 0, end: 2, velocity: NoteTemplates.velocity, program: 40)
        try ScoreSynthesizer(soundFont: path, options: options).render([note]) { samples in
            for index in samples.indices { played.append(samples[index]) }
        }
        let spectrum = try SlidingSpectrum()
        let index = try #require(templates.index(program: 40, pitch: 69))
        // Notes that the synthesiser has played before leave a residue.
        let residue = 0.001 * (templates.magnitudes(of: index, age: 30).max() ?? 0)
        for age in 1...30 {
            spectrum.process(played.span.extracting((512 * (age - 1))..<(512 * age)))
            let expected = templates.magnitudes(of: index, age: Float(age))
            guard templates.ages.contains(age) else { continue }
            for band in expected.indices {
                #expect(abs(spectrum.magnitudes[band] - expected[band]) < 0.01 * expected[band] + residue)
            }
        }
        // The release time of both programs is plausible.
        for index in 0..<2 { #expect((1...52).contains(templates.releaseTime(of: index))) }
    }

    @Test func scoresArePreparedWithTemplates() throws {
        let notes = [Note(pitch: 60, start: 0, end: 0.5), Note(pitch: 67, start: 0.5, end: 1)]
        let score = try Score(MIDIFile(notes: notes), name: "test")
        let prepared = try FollowingScore.prepare(score, name: "test", sounds: .synthetic, cache: nil)
        #expect(prepared.templates.count == 2)
        #expect(prepared.templates.index(program: 0, pitch: 67) != nil)
        #expect(try FollowingScore(score, name: "test").templates.count == 0)
    }
}
