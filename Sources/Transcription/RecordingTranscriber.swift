import Networks

/// Transcribes a whole recording with the code that runs live, padded with silence before and after.
///
/// Row j refers to sample `j * hop` of the recording, whatever the model's lookahead: the stream starts with as much
/// silence as it takes to align the label samples. The rows cover the whole recording; ``finish(_:)`` emits the last
/// ones. Samples of events count from the beginning of the recording.
///
/// The network processes many hops at once (``BatchNetwork``); the posteriors equal those of a live run up to float
/// rounding. One owner at a time. Allocates nothing after `init`, apart from what `body` keeps.
public struct RecordingTranscriber: ~Copyable {
    /// Called for each row, with its index from 0 (it refers to sample `index * hop`), its events, and the transcriber
    /// that holds its posteriors.
    public typealias RowBody = (_ row: Int, _ events: [NoteEvent], _ transcriber: Transcriber) throws -> Void

    public let transcriber: Transcriber
    private let network: BatchNetwork
    /// Samples of the recording processed so far.
    public private(set) var sampleCount: Int64 = 0
    /// Rows emitted so far.
    public private(set) var rows = 0

    private let hop: Int
    /// Samples of silence before the recording.
    private let padding: Int
    /// Hops whose label sample lies before the recording.
    private let hopsBefore: Int
    private var buffer: [Float]
    private var filled: Int
    private var posteriors: [Float]
    private var hops = 0
    private var events: [NoteEvent] = []
    private var tuning: TuningSelector

    /// - Parameters:
    ///   - thresholds: nil for the model's own.
    ///   - tuning: how the tuning is chosen. While automatic, it changes between two batches of hops: it is decided
    ///     with the audio so far, as in a live run.
    /// - Throws: the errors of ``Transcriber/init(info:thresholds:)``, ``BatchNetwork/init(model:capacity:)`` and, for
    ///   a tuning other than 440 Hz, ``TranscriberTuning/init(_:a4:isForRecordings:)``.
    public init(
        model: Model, thresholds: NoteThresholds? = nil, tuning: TuningSelector = TuningSelector(a4: 440)
    ) throws(ModelError) {
        let transcriber = try Transcriber(info: model.info, thresholds: thresholds)
        let network = try BatchNetwork(model: model)
        if tuning.a4 != transcriber.a4 { try Self.retune(transcriber, network, to: tuning.a4) }
        self.transcriber = transcriber
        self.network = network
        hop = transcriber.info.hop
        let lookahead = transcriber.info.lookahead
        // Without lookahead, row 0 needs one hop before it.
        padding = lookahead == 0 ? hop : (hop - lookahead % hop) % hop
        hopsBefore = (padding + lookahead) / hop - 1
        buffer = [Float](repeating: 0, count: network.capacity * hop)
        posteriors = [Float](repeating: 0, count: network.capacity * network.outputCount)
        filled = padding
        self.tuning = tuning
    }

    /// The tuning in force: the frequency of A4 in hertz.
    public var a4: Double { transcriber.a4 }

    private static func retune(
        _ transcriber: Transcriber, _ network: BatchNetwork, to a4: Double
    ) throws(ModelError) {
        let tuning = try TranscriberTuning(transcriber.info, a4: a4, isForRecordings: true)
        _ = network.retune(tuning.network)
        _ = transcriber.retune(tuning)
    }

    /// The number of rows of a recording of `samples` samples.
    public static func rowCount(samples: Int64, hop: Int) -> Int {
        Int((max(0, samples) + Int64(hop) - 1) / Int64(hop))
    }

    /// Processes the next samples, any number of them, and passes completed rows to `body`.
    public mutating func process(_ samples: Span<Float>, _ body: RowBody) rethrows {
        sampleCount += Int64(samples.count)
        var index = 0
        while index < samples.count {
            // A full buffer waits for one more sample: if there is none, its last row may lie beyond the recording.
            if filled == buffer.count { try run(hops: network.capacity, body) }
            let count = min(buffer.count - filled, samples.count - index)
            for offset in 0..<count { buffer[filled + offset] = samples[index + offset] }
            filled += count
            index += count
        }
    }

    /// Emits the remaining rows, padded with silence, and returns the note-offs of the notes still sounding.
    public mutating func finish(_ body: RowBody) rethrows -> [NoteEvent] {
        let total = Self.rowCount(samples: sampleCount, hop: hop)
        while rows < total {
            for index in filled..<buffer.count { buffer[index] = 0 }
            try run(hops: min(network.capacity, total + hopsBefore - hops), body)
        }
        let ends = transcriber.releaseAll()
        return ends.map { shifted($0, latest: sampleCount) }
    }

    /// Processes the first `count` hops of the buffer and empties it.
    private mutating func run(hops count: Int, _ body: RowBody) rethrows {
        filled = 0
        let samples = buffer
        Self.evaluate(network, samples.span.extracting(0..<count * hop), into: &posteriors)
        let results = posteriors
        var next: Double?
        defer { if let next { try? Self.retune(transcriber, network, to: next) } }
        for index in 0..<count {
            let outputs = index * network.outputCount..<(index + 1) * network.outputCount
            transcriber.process(
                samples.span.extracting(index * hop..<(index + 1) * hop), posteriors: results.span.extracting(outputs))
            hops += 1
            if let a4 = selectTuning() { next = a4 }
            let row = hops - 1 - hopsBefore
            guard row >= 0 else { continue }
            events.removeAll(keepingCapacity: true)
            for event in transcriber.events { events.append(shifted(event, latest: .max)) }
            rows = row + 1
            try body(row, events, transcriber)
        }
    }

    /// The new tuning if the last hop changes it. A model that cannot be tuned keeps 440 Hz.
    private mutating func selectTuning() -> Double? {
        guard tuning.isAutomatic, transcriber.info.isTunable else { return nil }
        return tuning.step(.init(transcriber.tuningEstimate, isAudible: transcriber.isAudible))
    }

    private static func evaluate(_ network: BatchNetwork, _ samples: Span<Float>, into posteriors: inout [Float]) {
        var span = posteriors.mutableSpan
        network.process(samples, into: &span)
    }

    private func shifted(_ event: NoteEvent, latest: Int64) -> NoteEvent {
        let offset = Int64(padding)
        switch event {
        case .on(var note):
            note.sample = max(0, note.sample - offset)
            return .on(note)
        case .off(var note):
            note.onsetSample = max(0, note.onsetSample - offset)
            note.sample = max(note.onsetSample + 1, min(note.sample - offset, latest))
            return .off(note)
        }
    }
}
