import Datasets
import Music
import Networks
import Sound

/// Runs a model over recordings at the moments that the paper's protocol judges.
///
/// The audio goes through the network as a stream, begun so that hops end where judged windows do. Models with a level
/// conditioning hear the recording from its beginning, as live; others from the first judged window on. One owner at a
/// time; holds one network and one recording's first 88 seconds.
final class FrameScorer: @unchecked Sendable {
    private let network: BatchNetwork
    private let design: PaperProtocol
    private let info: ModelInfo
    /// Where the 128 sounding scores begin in a hop's outputs.
    private let column: Int

    /// - Throws: ``EvaluationError/unsuitable(model:reason:)`` or `ModelError`.
    init(model: Model, design: PaperProtocol) throws {
        column = try Self.soundingColumn(of: model.info)
        guard design.step % model.info.hop == 0 else {
            throw EvaluationError.unsuitable(
                model: model.info.name,
                reason: "its hop of \(model.info.hop) samples doesn't divide the protocol's \(design.step)")
        }
        info = model.info
        self.design = design
        network = try BatchNetwork(model: model)
    }

    /// Where the sounding head's outputs begin.
    ///
    /// - Throws: ``EvaluationError/unsuitable(model:reason:)`` for models without one, or at another sample rate.
    static func soundingColumn(of info: ModelInfo) throws(EvaluationError) -> Int {
        guard info.sampleRate == PaperProtocol.sampleRate else {
            throw .unsuitable(
                model: info.name,
                reason: "it hears \(info.sampleRate) Hz and the protocol counts in samples at 44100 Hz")
        }
        guard let head = info.architecture.heads.firstIndex(of: .sounding) else {
            throw .unsuitable(model: info.name, reason: "none of its heads says which notes are sounding")
        }
        return head * Architecture.notesPerHead
    }

    /// What the model says of a recording, and what its labels say.
    ///
    /// - Throws: `SoundError` or `MusicError`.
    func frames(_ recording: DatasetFolder.Recording) throws -> RecordingFrames {
        let notes = try LabelFile(path: recording.labelPath).labels.map(\.note)
        let samples = try read(recording.audioPath)
        let grid = design.grid(sampleCount: samples.count)
        return RecordingFrames(
            name: recording.name, scores: scores(samples, grid), truth: PianoRoll(notes, on: grid))
    }

    /// As much of the file as any judged window looks at.
    private func read(_ path: String) throws(SoundError) -> [Float] {
        let reader = try AudioFileReader(path: path, rate: Double(PaperProtocol.sampleRate))
        let limit = max(design.fullLength, design.fullLength - design.window + design.middle + info.lookahead)
        var samples: [Float] = []
        samples.reserveCapacity(min(reader.expectedCount ?? 0, limit))
        var block = [Float](repeating: 0, count: 1 << 16)
        while samples.count < limit {
            var span = block.mutableSpan
            let count = try reader.read(into: &span)
            if count == 0 { break }
            samples += block[..<min(count, limit - samples.count)]
        }
        return samples
    }

    private func scores(_ samples: [Float], _ grid: FrameGrid) -> [Float] {
        let width = PianoRoll.notes
        var result = [Float](repeating: 0, count: grid.count * width)
        guard grid.count > 0 else { return result }
        network.reset()
        let hop = info.hop
        // The hop whose window's label is the first judged moment ends here.
        let firstEnd = grid.first + info.lookahead
        let needed = (info.window + hop - 1) / hop * hop
        let begin = info.architecture.conditioning == nil ? firstEnd - needed : firstEnd % hop
        let hopsBefore = (firstEnd - begin) / hop - 1
        let stride = grid.step / hop
        let hops = hopsBefore + (grid.count - 1) * stride + 1

        let capacity = network.capacity
        var input = [Float](repeating: 0, count: capacity * hop)
        var output = [Float](repeating: 0, count: capacity * network.outputCount)
        for first in Swift.stride(from: 0, to: hops, by: capacity) {
            let count = min(capacity, hops - first)
            let start = begin + first * hop
            for index in 0..<count * hop {
                let position = start + index
                input[index] = samples.indices.contains(position) ? samples[position] : 0
            }
            var span = output.mutableSpan
            network.process(input.span.extracting(0..<count * hop), into: &span)
            for index in 0..<count {
                let (row, rest) = (first + index - hopsBefore).quotientAndRemainder(dividingBy: stride)
                guard first + index >= hopsBefore, rest == 0 else { continue }
                let source = index * network.outputCount + column
                for note in 0..<width { result[row * width + note] = output[source + note] }
            }
        }
        return result
    }
}

/// The judged frames of one recording: what the network said and what the labels say.
public struct RecordingFrames: Sendable {
    public let name: String
    /// 128 a frame, row by row, as the network gave them: not limited to 0...1.
    public let scores: [Float]
    /// The labels at the same moments.
    public let truth: PianoRoll

    /// Frames.
    public var count: Int { truth.count }

    public init(name: String, scores: [Float], truth: PianoRoll) {
        self.name = name
        self.scores = scores
        self.truth = truth
    }
}
