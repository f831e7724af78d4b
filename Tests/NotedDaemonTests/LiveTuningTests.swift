import Networks
import Synchronization
import Testing
import Transcription
import Wire

@testable import NotedDaemon

/// Changes of tuning, as the analysis thread orders them and takes them over.
@Suite struct LiveTuningTests {
    /// Collects orders and answers.
    private final class Desk: Sendable {
        let orders = Mutex<[PreparedTuning.Order]>([])
        let answers = Mutex<[Result<TuningState, ResponseError>]>([])

        var count: Int { orders.withLock { $0.count } }
        var last: PreparedTuning.Order? { orders.withLock { $0.last } }
        var states: [TuningState] { answers.withLock { $0.compactMap { try? $0.get() } } }
    }

    private static let tunable = ModelInfo(
        name: "bank",
        architecture: Architecture(
            conditioning: nil,
            layers: [.bank(FilterBank(resolutions: [.init(periods: 20, shortest: 512, longest: 4096)]))],
            heads: [.sounding]))
    private static let learned = ModelInfo(name: "learned", architecture: .paper(stride: 64))

    private let desk = Desk()

    private func tuning(_ a4: Double? = nil, _ info: ModelInfo = tunable) -> LiveTuning {
        LiveTuning(a4: a4, info) { [desk] order in desk.orders.withLock { $0.append(order) } }
    }

    private func set(_ tuning: LiveTuning, _ a4: Double?) {
        tuning.set(a4) { [desk] answer in desk.answers.withLock { $0.append(answer) } }
    }

    private func evidence(_ cents: Double) -> TuningSelector.Evidence {
        .init(TuningEstimate(cents: cents, confidence: 1), isAudible: true)
    }

    @Test func aSetTuningIsAnsweredOnceInForce() throws {
        let tuning = tuning()
        set(tuning, 427)
        #expect(desk.states.isEmpty)
        #expect(tuning.reading.a4 == 440)
        let order = try #require(desk.last)
        #expect(order.a4 == 427 && !order.searchesSemitones && !order.isEstimated)
        #expect(order.neighbours.below == nil && order.neighbours.above == nil)
        #expect(tuning.completed(order, fits: true))
        #expect(desk.states == [TuningState(a4: 427, isAutomatic: false)])
        #expect(tuning.reading.state == TuningState(a4: 427, isAutomatic: false))
    }

    @Test func requestsDuringPreparationAreCombined() throws {
        let tuning = tuning()
        for a4 in [427.0, 430, 415] { set(tuning, a4) }
        #expect(desk.count == 1)
        _ = tuning.completed(desk.last, fits: true)
        #expect(desk.count == 2)
        #expect(desk.states.isEmpty, "the tuning in force is not the requested one yet")
        _ = tuning.completed(desk.last, fits: true)
        #expect(desk.count == 2)
        #expect(desk.states == [TuningState](repeating: TuningState(a4: 415, isAutomatic: false), count: 3))
    }

    @Test func estimatesAreFollowedWhileAutomatic() throws {
        let tuning = tuning()
        for _ in 0..<400 { tuning.step(evidence(-40), decidedSemitones: nil) }
        #expect(desk.count == 1)
        let order = try #require(desk.last)
        #expect(abs(order.a4 - 430) < 0.1 && order.searchesSemitones && order.isEstimated)
        #expect(order.neighbours.below == nil && order.neighbours.above != nil)
        _ = tuning.completed(order, fits: true)
        #expect(tuning.reading.isAutomatic && tuning.reading.estimate?.cents == -40)
        set(tuning, 440)
        _ = tuning.completed(desk.last, fits: true)
        for _ in 0..<2000 { tuning.step(evidence(-40), decidedSemitones: -1) }
        #expect(desk.count == 2, "a tuning that was set stays")
    }

    @Test func aScoreShowsTheSemitone() throws {
        let tuning = tuning()
        tuning.scoreChanged()
        #expect(desk.last?.searchesSemitones == true)
        _ = tuning.completed(desk.last, fits: true)
        tuning.step(evidence(-1), decidedSemitones: -1)
        #expect(abs((desk.last?.a4 ?? 0) - 415.3) < 0.1)
        _ = tuning.completed(desk.last, fits: true)
        // Other players may be tuned otherwise.
        tuning.restart()
        #expect(desk.last?.a4 == 440)
    }

    @Test func aModelThatCannotBeTunedStaysAtTheStandard() throws {
        let tuning = tuning(nil, Self.learned)
        set(tuning, 427)
        let error = try #require(desk.answers.withLock { $0.first })
        guard case .failure(let reason) = error else {
            Issue.record("the tuning was accepted")
            return
        }
        #expect(reason.knownCode == .notTunable && reason.message.contains("learned"))
        for _ in 0..<400 { tuning.step(evidence(-40), decidedSemitones: nil) }
        tuning.scoreChanged()
        tuning.restart()
        #expect(desk.count == 0)
        #expect(!tuning.reading.isTunable && tuning.reading.a4 == 440)
        set(tuning, 440)
        #expect(desk.states == [TuningState(a4: 440, isAutomatic: false)])
    }

    /// A model that replaces another one while a tuning is prepared gets its own.
    @Test func aNewModelIsTunedToo() throws {
        let tuning = tuning(427)
        set(tuning, 427)
        tuning.setModel(Self.tunable)
        _ = tuning.completed(desk.last, fits: false)
        #expect(desk.count == 2)
        _ = tuning.completed(desk.last, fits: true)
        #expect(desk.states.map(\.a4) == [427])
        tuning.setModel(Self.learned)
        #expect(tuning.reading.a4 == 440)
    }

    @Test func stoppingAnswersEverything() {
        let tuning = tuning()
        set(tuning, 427)
        tuning.stop()
        #expect(desk.answers.withLock { $0.count } == 1)
        #expect(desk.states.isEmpty)
    }
}
