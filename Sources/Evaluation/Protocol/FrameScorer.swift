import Datasets
import Music
import Networks
import Sound

/// Runs a model over recordings and returns its scores at the frames of the paper's protocol.
///
/// The audio is streamed through the network. The stream is aligned so that hops end where the windows of the frames
/// end. With a level conditioning it starts at the beginning of the recording, as it would live; otherwise it starts
/// with the first frame's window. Holds one network and the audio of one recording, at most about 88 seconds. An
/// instance must not be used by two threads at once.
final class FrameScorer: @unchecked Sendable {
    private let network: BatchNetwork
    private let design: PaperProtocol
    private let info: ModelInfo
    /// The index of the first of the 128 sounding scores in a hop's outputs.
    private let column: Int

    /// - Throws: ``EvaluationError/unsuitable(model:reason:)`` or `ModelError`.
    init(model: Model, design: PaperProtocol) throws {
        column = try Self.soundingColumn(of: model.info)
        guard design.step % model.info.hop == 0 else {
            throw EvaluationError.unsuitable(
                model: model.info.name,
                reason: "its hop of \(model.info.hop) samples does not divide the protocol's step of \(design.step)")
        }
        info = model.info
        self.design = design
        network = try BatchNetwork(model: model)
    }

    /// The index of the sounding head's first output.
    ///
    /// - Throws: ``EvaluationError/unsuitable(model:reason:)`` for models without one, or at another sample rate.
    static func soundingColumn(of info: ModelInfo) throws(EvaluationError) -> Int {
        guard info.sampleRate == PaperProtocol.sampleRate else {
            throw .unsuitable(
                model: info.name,
                reason: "its sample rate is \(info.sampleRate) Hz, but the protocol requires 44100 Hz")
        }
        guard let head = info.architecture.heads.firstIndex(of: .sounding) else {
            throw .unsuitable(model: info.name, reason: "it has no head for sounding notes")
        }
        return head * Architecture.notesPerHead
    }

    /// The model's scores for a recording, and its labels, at the frames of the protocol.
    ///
    /// - Throws: `SoundError` or `MusicError`.
    func frames(_ recording: DatasetFolder.Recording) throws -> RecordingFrames {
        let notes = try LabelFile(path: recording.labelPath).labels.map(\.note)
        let samples = try read(recording.audioPath)
        let grid = design.grid(sampleCount: samples.count)
        return RecordingFrames(
            name: recording.name, scores: scores(samples, grid), truth: PianoRoll(notes, on: grid))
    }

    /// Reads the part of the file that the windows of all frames cover.
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
        // The end of the hop whose output describes the first frame.
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

/// The scores and labels of one recording at the frames of the protocol.
public struct RecordingFrames: Sendable {
    public let name: String
    /// 128 per frame, row by row. They are the network's raw outputs, which may lie outside 0...1.
    public let scores: [Float]
    /// The labels at the same frames.
    public let truth: PianoRoll

    /// The number of frames.
    public var count: Int { truth.count }

    public init(name: String, scores: [Float], truth: PianoRoll) {
        self.name = name
        self.scores = scores
        self.truth = truth
    }
}
