import FollowingEvaluation
import Testing

@Suite struct FollowingFigureTests {
    private func figure(
        truth: [[(time: Double, position: Double)]], errors: [(time: Double, error: Double)],
        mistakes: [ClosedRange<Double>] = []
    ) -> FollowingFigure {
        let times = (0...100).map { Double($0) / 10 }
        return FollowingFigure(
            title: "A title", note: "A note.",
            states: [
                .init(name: "following", color: 0, isMarked: false), .init(name: "lost", color: 1, isMarked: true),
                .init(name: "never", color: 2, isMarked: true),
            ],
            stretches: [
                .init(times: Array(times[..<60]), positions: Array(times[..<60]), state: 0),
                .init(times: Array(times[59...]), positions: Array(times[59...]), state: 1),
            ],
            truth: truth, errors: errors, confidence: times.map { ($0, 0.5) }, mistakes: mistakes, times: 0...10)
    }

    private let played = (0...10).map { (time: Double($0), position: Double($0)) }

    @Test func legendNamesTheStatesThatOccur() throws {
        let text = try figure(
            truth: [played], errors: played.map { ($0.time, 0.1) }, mistakes: [2...3]
        ).figure.document(theme: .light).text
        for word in ["A title", "A note.", "played", "following", "lost", "+0.25"] { #expect(text.contains(word)) }
        #expect(!text.contains("never"))
        // One region for the lost state, and one in each of two panels for the mistake.
        #expect(text.components(separatedBy: "\"region f1\"").count == 4)
    }

    @Test func withoutTruthThereIsNoErrorPanel() throws {
        let rows = figure(truth: [], errors: []).figure.rows
        #expect(rows.count == 2)
        #expect(try !figure(truth: [], errors: []).figure.document().text.contains("played"))
    }

    @Test func largeErrorsAreClipped() throws {
        let errors = played.map { (time: $0.time, error: $0.time < 5 ? 40.0 : .nan) }
        #expect(try figure(truth: [played], errors: errors).figure.document().text.contains("+2"))
    }
}
