import Networks

/// Runs a transcriber over a whole recording: the same code and the same notes as live, with silence before and after.
///
/// Rows come at fixed moments, row j at sample `j * hop` of the recording, whatever the model's lookahead: the stream
/// is begun with as much silence as it takes for labels to fall there. There are as many rows as it takes to cover the
/// recording, and every one of them comes, the last ones at ``finish(_:)``. Samples of events count from the beginning
/// of the recording.
///
/// The network takes many hops at once (``BatchNetwork``): the same posteriors as live to float rounding.
/// One owner at a time; allocates nothing after `init` but what `body` keeps.
public struct RecordingTranscriber: ~Copyable {
    /// Takes a row: its index from 0 (its moment is sample `index * hop`), what happened there, and the transcriber,
    /// which holds the row's posteriors.
    public typealias RowBody = (_ row: Int, _ events: [NoteEvent], _ transcriber: Transcriber) throws -> Void

    public let transcriber: Transcriber
    private let network: BatchNetwork
    /// Samples of the recording taken so far.
    public private(set) var sampleCount: Int64 = 0
    /// Rows given so far.
    public private(set) var rows = 0

    private let hop: Int
    /// Samples of silence before the recording.
    private let padding: Int
    /// Hops whose label lies before the recording.
    private let hopsBefore: Int
    private var buffer: [Float]
    private var filled: Int
    private var posteriors: [Float]
    private var hops = 0
    private var events: [NoteEvent] = []

    /// - Throws: what ``Transcriber/init(info:thresholds:)`` and ``BatchNetwork/init(model:capacity:)`` throw.
    public init(model: Model, thresholds: NoteThresholds? = nil) throws(ModelError) {
        let transcriber = try Transcriber(info: model.info, thresholds: thresholds)
        let network = try BatchNetwork(model: model)
        self.transcriber = transcriber
        self.network = network
        hop = transcriber.info.hop
        let lookahead = transcriber.info.lookahead
        // Without lookahead, row 0 needs a hop before it.
        padding = lookahead == 0 ? hop : (hop - lookahead % hop) % hop
        hopsBefore = (padding + lookahead) / hop - 1
        buffer = [Float](repeating: 0, count: network.capacity * hop)
        posteriors = [Float](repeating: 0, count: network.capacity * network.outputCount)
        filled = padding
    }

    /// Rows of a recording of so many samples.
    public static func rowCount(samples: Int64, hop: Int) -> Int {
        Int((max(0, samples) + Int64(hop) - 1) / Int64(hop))
    }

    /// Takes the next samples, any number of them, and gives the rows they complete to `body`.
    public mutating func process(_ samples: Span<Float>, _ body: RowBody) rethrows {
        sampleCount += Int64(samples.count)
        var index = 0
        while index < samples.count {
            // A full buffer waits for the sample after it: without one, its row may lie beyond the recording.
            if filled == buffer.count { try run(hops: network.capacity, body) }
            let count = min(buffer.count - filled, samples.count - index)
            for offset in 0..<count { buffer[filled + offset] = samples[index + offset] }
            filled += count
            index += count
        }
    }

    /// Gives the remaining rows, with silence after the recording, and returns the ends of the notes that still sound.
    public mutating func finish(_ body: RowBody) rethrows -> [NoteEvent] {
        let total = Self.rowCount(samples: sampleCount, hop: hop)
        while rows < total {
            for index in filled..<buffer.count { buffer[index] = 0 }
            try run(hops: min(network.capacity, total + hopsBefore - hops), body)
        }
        let ends = transcriber.releaseAll()
        return ends.map { shifted($0, latest: sampleCount) }
    }

    /// Runs the first `count` hops of the buffer, and empties it.
    private mutating func run(hops count: Int, _ body: RowBody) rethrows {
        filled = 0
        let samples = buffer
        Self.evaluate(network, samples.span.extracting(0..<count * hop), into: &posteriors)
        let results = posteriors
        for index in 0..<count {
            let outputs = index * network.outputCount..<(index + 1) * network.outputCount
            transcriber.process(
                samples.span.extracting(index * hop..<(index + 1) * hop), posteriors: results.span.extracting(outputs))
            hops += 1
            let row = hops - 1 - hopsBefore
            guard row >= 0 else { continue }
            events.removeAll(keepingCapacity: true)
            for event in transcriber.events { events.append(shifted(event, latest: .max)) }
            rows = row + 1
            try body(row, events, transcriber)
        }
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
