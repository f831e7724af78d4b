import Foundation
import Scores
import Testing
import Wire

@testable import NotedDaemon

@Suite struct ScoreMapTests {
    private func map() throws -> ScoreMap { ScoreMap(try TestScore.score(TestScore.marked, name: "marked.xml")) }

    private func rejection(_ place: Command.ScorePlace) throws -> ResponseError? {
        do throws(ResponseError) {
            _ = try map(place)
            return nil
        } catch { return error }
    }

    private func map(_ place: Command.ScorePlace) throws(ResponseError) -> Double {
        do { return try ScoreMap(try TestScore.score(TestScore.marked, name: "marked.xml")).beat(of: place) } catch {
            throw error as? ResponseError ?? ResponseError(.internalError, "\(error)")
        }
    }

    @Test func placesCountBeatsAsMusiciansDo() throws {
        let map = try map()
        #expect(map.length == 1 + 4 * 3 + 3)
        // A pickup of two eighths before 6/8 begins at the fifth eighth, 4/3 dotted quarters into the measure.
        let pickup = map.place(atBeat: 0)
        #expect(pickup.measure == 0 && pickup.beatInMeasure == 0 && pickup.beatUnit == 1.5)
        #expect(abs(pickup.count - (1 + 2 / 1.5)) < 1e-9)
        let second = map.place(atBeat: 2.5)
        #expect(second == .init(measure: 1, beatInMeasure: 1.5, beatUnit: 1.5, count: 2, pass: 1))
        #expect(map.place(atBeat: 7).pass == 2)
        #expect(map.place(atBeat: 7).measure == 1)
        #expect(map.place(atBeat: 14).measure == 3, "3a is number 3")
        #expect(map.place(atBeat: -3).measure == 0)
        #expect(map.place(atBeat: 1e12).measure == 3)
        #expect(map.place(atBeat: .nan).measure >= 0)
    }

    @Test func placesMapToBeats() throws {
        #expect(try map(.beat(7.25)) == 7.25)
        #expect(try map(.measure("0")) == 0)
        #expect(try map(.measure("1")) == 1)
        #expect(try map(.measure("1", pass: 2)) == 7)
        #expect(try map(.measure("3a")) == 13)
        #expect(try map(.label("A")) == 1)
        #expect(try map(.label("coda")) == 13)
    }

    @Test(arguments: [
        (Command.ScorePlace.beat(-1), "from 0 to 16"), (.beat(16.5), "from 0 to 16"), (.beat(.nan), "from 0 to 16"),
        (.measure("9"), "from 0 to 3a"), (.measure("1", pass: 3), "is played 2 times"),
        (.measure("0", pass: 2), "is played once"), (.label("Z"), "it has A, Coda"),
        (.label(String(repeating: "z", count: 10_000)), "it has A, Coda"),
    ]) func unknownPlacesAreRejectedWithTheValidRange(place: Command.ScorePlace, words: String) throws {
        let error = try #require(try rejection(place))
        #expect(error.knownCode == .invalidParameters)
        #expect(error.message.contains(words))
        #expect(error.message.count < 300)
    }
}
