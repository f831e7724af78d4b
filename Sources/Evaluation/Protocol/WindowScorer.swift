import Basics
import Datasets
import Music
import Networks
import Sound

/// Runs a model on single windows, taken at random from recordings: what the threshold is chosen on.
///
/// The windows of a recording are the same for every model: their middles are drawn, and each model sees its own window
/// round them, at the gain that a listener from the recording's beginning would have set. One owner at a time.
final class WindowScorer: @unchecked Sendable {
    private let network: BatchNetwork
    private let design: PaperProtocol
    private let info: ModelInfo
    private let column: Int
    /// Hops that the network takes a window in: it has seen nothing else when it speaks of the last one.
    private let hopsPerWindow: Int

    /// - Throws: ``EvaluationError/unsuitable(model:reason:)`` or `ModelError`.
    init(model: Model, design: PaperProtocol) throws {
        column = try FrameScorer.soundingColumn(of: model.info)
        info = model.info
        self.design = design
        // The gain depends on what was heard before the window, so it is applied here and not by the network. Where
        // neighbouring windows share their work, a window goes in hop by hop; elsewhere it is one hop, evaluated once.
        var alone = model.info
        alone.architecture.conditioning = nil
        let isShared = Self.sharesWork(model.info)
        if !isShared { alone.hop = model.info.window }
        hopsPerWindow = isShared ? model.info.window / model.info.hop : 1
        network = try BatchNetwork(model: Model(info: alone, tensors: model.tensors))
    }

    /// A guess, on which only the speed depends.
    private static func sharesWork(_ info: ModelInfo) -> Bool {
        guard !info.architecture.normalizesWindow, info.window % info.hop == 0,
            case .convolution(_, let width, let stride)? = info.architecture.layers.first
        else { return false }
        return width < info.window && stride < info.hop
    }

    /// Adds the scores of a recording's random windows.
    ///
    /// - Parameters:
    ///   - stream: a number of the recording's own: it draws from it.
    ///   - pool: where cells go.
    /// - Returns: windows added; none from a recording shorter than a window.
    /// - Throws: `SoundError` or `MusicError`.
    func add(_ recording: DatasetFolder.Recording, stream: Int, to pool: inout FrameScores) throws -> Int {
        let notes = try LabelFile(path: recording.labelPath).labels.map(\.note)
        let moments = try moments(recording, stream: stream)
        var reader = try WindowReader(
            path: recording.audioPath, starts: moments.map { $0 - info.labelOffset }, length: info.window,
            conditioning: info.architecture.conditioning, hop: info.hop)
        var scores: [Float] = []
        scores.reserveCapacity(moments.count * PianoRoll.notes)
        let batch = max(1, network.capacity / hopsPerWindow)
        let length = hopsPerWindow * network.info.hop
        var input = [Float](repeating: 0, count: batch * length)
        var output = [Float](repeating: 0, count: batch * hopsPerWindow * network.outputCount)
        while true {
            var count = 0
            while count < batch, try reader.next(into: &input, at: count * length) { count += 1 }
            if count == 0 { break }
            var span = output.mutableSpan
            network.process(input.span.extracting(0..<count * length), into: &span)
            for index in 0..<count {
                let row = ((index + 1) * hopsPerWindow - 1) * network.outputCount + column
                scores += output[row..<row + PianoRoll.notes]
            }
        }
        // A header may promise more audio than there is.
        let found = moments.prefix(scores.count / PianoRoll.notes)
        pool.add(scores, truth: PianoRoll(notes, at: Array(found), sampleRate: PaperProtocol.sampleRate))
        return found.count
    }

    /// The middles of the random windows, in rising order.
    private func moments(_ recording: DatasetFolder.Recording, stream: Int) throws(SoundError) -> [Int] {
        let length = try WindowReader.sampleCount(path: recording.audioPath)
        guard length >= design.window else { return [] }
        var generator = SplitMix64(seed: design.seed, step: stream)
        return (0..<design.thresholdWindows)
            .map { _ in Int.random(in: 0...length - design.window, using: &generator) + design.middle }
            .sorted()
    }
}
