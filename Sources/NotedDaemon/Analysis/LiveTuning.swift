import Networks
import Transcription
import Wire

/// The tuning at which the analysis thread listens: what was set or estimated, and the change in preparation.
///
/// A change takes two steps. An order goes to another thread, which builds what the network and the follower need; when
/// that arrives, it is taken over between two hops. If the order has been overtaken meanwhile, a new one follows.
final class LiveTuning {
    /// The state for other threads.
    struct Reading: Sendable, Equatable {
        /// The tuning in force: the frequency of A4 in hertz.
        var a4 = 440.0
        var isAutomatic = true
        /// Whether the model's filters can be shifted.
        var isTunable = true
        var estimate: TuningEstimate?

        var state: TuningState { TuningState(a4: a4, isAutomatic: isAutomatic) }
    }

    /// Answers a request to change the tuning.
    typealias Answer = @Sendable (Result<TuningState, ResponseError>) -> Void

    private(set) var reading: Reading
    private var selector: TuningSelector
    private var info: ModelInfo
    private let prepare: @Sendable (PreparedTuning.Order) -> Void
    private var isPreparing = false
    /// Whether something has changed since the order in preparation.
    private var isOvertaken = false
    private var searchesNext = false
    private var waiting: [Answer] = []

    /// - Parameters:
    ///   - a4: the tuning that was set; nil to estimate it.
    ///   - prepare: builds what an order needs on another thread, and hands it over to ``Analysis/retune(_:)``.
    init(a4: Double?, _ info: ModelInfo, prepare: @escaping @Sendable (PreparedTuning.Order) -> Void) {
        selector = TuningSelector(a4: a4)
        self.info = info
        self.prepare = prepare
        reading = Reading(isTunable: info.isTunable)
    }

    /// The tuning that shall be in force.
    private var wanted: Double { info.isTunable ? selector.a4 : 440 }

    /// Takes what a hop showed. Other tunings are ordered as needed.
    ///
    /// - Parameter decidedSemitones: see `PositionTracker.decidedSemitones`.
    func step(_ evidence: TuningSelector.Evidence, decidedSemitones: Int?) {
        reading.estimate = evidence.estimate
        guard info.isTunable else { return }
        if let decidedSemitones, selector.shift(bySemitones: decidedSemitones) != nil { order(searching: false) }
        if selector.step(evidence) != nil { order(searching: true) }
    }

    /// Sets the tuning; nil estimates it from now on. `answer` is called once it is in force.
    func set(_ a4: Double?, answer: @escaping Answer) {
        guard info.isTunable || a4 == nil || a4 == 440 else {
            return answer(
                .failure(
                    ResponseError(
                        .notTunable,
                        "the model '\(info.name)' works at A4 = 440 Hz only, because its filters were learned; load a "
                            + "model with a filter bank, such as the default model")))
        }
        selector.set(a4)
        waiting.append(answer)
        order(searching: a4 == nil)
    }

    /// Another model runs now.
    func setModel(_ info: ModelInfo) {
        self.info = info
        reading.isTunable = info.isTunable
        order(searching: false)
    }

    /// Another score is followed: its follower has to be tuned, and shows in which semitone the players are.
    func scoreChanged() {
        if selector.isAutomatic || wanted != 440 { order(searching: selector.isAutomatic) }
    }

    /// Another source has been selected, whose players may be tuned otherwise.
    func restart() {
        guard selector.isAutomatic else { return }
        selector = TuningSelector()
        reading.estimate = nil
        order(searching: true)
    }

    private func order(searching: Bool) {
        searchesNext = searchesNext || searching
        guard info.isTunable else { return settle() }
        guard !isPreparing else {
            isOvertaken = true
            return
        }
        isPreparing = true
        isOvertaken = false
        let neighbours = selector.isAutomatic ? (selector.neighbour(-1), selector.neighbour(1)) : (nil, nil)
        let search = searchesNext && selector.isAutomatic
        searchesNext = false
        prepare(
            PreparedTuning.Order(
                info: info, a4: wanted, previous: reading.a4, neighbours: neighbours, searchesSemitones: search,
                isEstimated: selector.isAutomatic))
    }

    /// A prepared tuning has been taken over, or could not be.
    ///
    /// - Parameter fits: whether it was made for the model that runs now.
    /// - Returns: whether ``reading`` has changed as far as clients are concerned.
    func completed(_ order: PreparedTuning.Order?, fits: Bool) -> Bool {
        isPreparing = false
        let before = reading.state
        if let order, fits { reading.a4 = order.a4 }
        if isOvertaken || !fits {
            searchesNext = searchesNext || order?.searchesSemitones ?? false
            self.order(searching: false)
        } else {
            settle()
        }
        reading.isAutomatic = selector.isAutomatic
        return reading.state != before
    }

    /// Answers the requests that have been waiting for the tuning in force.
    private func settle() {
        if !info.isTunable { reading.a4 = 440 }
        reading.isAutomatic = selector.isAutomatic
        let answers = waiting
        waiting.removeAll()
        for answer in answers { answer(.success(reading.state)) }
    }

    /// Answers all waiting requests because the daemon stops.
    func stop() {
        let answers = waiting
        waiting.removeAll()
        for answer in answers { answer(.failure(.stopping)) }
    }
}
