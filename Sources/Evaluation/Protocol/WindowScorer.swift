import Basics
import Datasets
import Music
import Networks
import Sound

/// Runs a model on random windows of recordings, on which the threshold is chosen.
///
/// The positions in a recording are the same for every model. Each model sees its own window around them, with the gain
/// that its level conditioning would have if the recording were streamed from its beginning. An instance must not be
/// used by two threads at once.
final class WindowScorer: @unchecked Sendable {
    private let network: BatchNetwork
    private let design: PaperProtocol
    private let info: ModelInfo
    private let column: Int
    /// The number of hops that make up a window. After the last of them the network's output depends on this window
    /// alone.
    private let hopsPerWindow: Int

    /// - Throws: ``EvaluationError/unsuitable(model:reason:)`` or `ModelError`.
    init(model: Model, design: PaperProtocol) throws {
        column = try FrameScorer.soundingColumn(of: model.info)
        info = model.info
        self.design = design
        // The gain depends on the audio before the window, so it is applied here and not by the network. If
        // neighbouring windows share work, a window is fed hop by hop; otherwise the whole window is one hop.
        var alone = model.info
        alone.architecture.conditioning = nil
        let isShared = Self.sharesWork(model.info)
        if !isShared { alone.hop = model.info.window }
        hopsPerWindow = isShared ? model.info.window / model.info.hop : 1
        network = try BatchNetwork(model: Model(info: alone, tensors: model.tensors))
    }

    /// Whether feeding a window hop by hop is likely to be faster. The choice affects speed only.
    private static func sharesWork(_ info: ModelInfo) -> Bool {
        guard !info.architecture.normalizesWindow, info.window % info.hop == 0,
            case .convolution(_, let width, let stride)? = info.architecture.layers.first
        else { return false }
        return width < info.window && stride < info.hop
    }

    /// Adds the scores of a recording's random windows.
    ///
    /// - Parameters:
    ///   - stream: the number of the recording's random stream.
    ///   - pool: receives the cells.
    /// - Returns: the number of windows added; 0 for a recording shorter than a window.
    /// - Throws: `SoundError` or `MusicError`.
    func add(_ recording: DatasetFolder.Recording, stream: Int, to pool: inout FrameScores) throws -> Int {
        let notes = try LabelFile(path: recording.labelPath).labels.map(\.note)
        let centres = try centres(of: recording, stream: stream)
        var reader = try WindowReader(
            path: recording.audioPath, starts: centres.map { $0 - info.labelOffset }, length: info.window,
            conditioning: info.architecture.conditioning, hop: info.hop)
        var scores: [Float] = []
        scores.reserveCapacity(centres.count * PianoRoll.notes)
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
        // The header may declare more audio than the file contains.
        let found = centres.prefix(scores.count / PianoRoll.notes)
        pool.add(scores, truth: PianoRoll(notes, at: Array(found), sampleRate: PaperProtocol.sampleRate))
        return found.count
    }

    /// The centres of the random windows, in samples, in ascending order.
    private func centres(of recording: DatasetFolder.Recording, stream: Int) throws(SoundError) -> [Int] {
        let length = try WindowReader.sampleCount(path: recording.audioPath)
        guard length >= design.window else { return [] }
        var generator = SplitMix64(seed: design.seed, step: stream)
        return (0..<design.thresholdWindows)
            .map { _ in Int.random(in: 0...length - design.window, using: &generator) + design.middle }
            .sorted()
    }
}
