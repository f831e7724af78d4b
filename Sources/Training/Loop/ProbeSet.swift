import Evaluation
import Networks

/// Fixed windows of held-out recordings, on which a run evaluates the model at intervals. The figures of a run are
/// therefore comparable.
final class ProbeSet {
    private let sampler: ExcerptSampler
    private let rounds: Int

    init(_ dataset: TrainingSet, trainable: TrainableModel, noise: NoiseTable) {
        sampler = ExcerptSampler(
            pool: dataset.pool, augmentation: Augmentation(), layout: trainable.layout,
            info: trainable.info, onsetWidth: trainable.recipe.onsetWidth, seed: 0x9e0b_e000, noise: noise)
        rounds = max(1, trainable.recipe.probeWindows / trainable.network.windows)
    }

    /// The average precision of the sounding head. It uses the running average of the weights if the recipe keeps one.
    /// Nil without a sounding head.
    func averagePrecision(_ trainable: TrainableModel) -> Double? {
        guard let head = trainable.recipe.architecture.heads.firstIndex(of: .sounding) else { return nil }
        let network = trainable.network
        let layout = trainable.layout
        let averaged = trainable.recipe.averaging > 0
        let kept = averaged ? trainable.blocks.map(\.weights.array) : []
        if averaged { for block in trainable.blocks { block.weights.copy(from: block.average.array) } }
        defer { for (block, weights) in zip(trainable.blocks, kept) { block.weights.copy(from: weights) } }

        let targets = FloatBuffer(count: network.outputs.count)
        var scores = FrameScores()
        for round in 0..<rounds {
            sampler.fill(network, targets: targets) { row in
                // Numbered so that the windows don't depend on the number of processes.
                let index = round * network.batch + row
                return (index / trainable.recipe.batch, index % trainable.recipe.batch)
            }
            network.forward()
            for window in 0..<network.windows {
                for note in trainable.info.notes {
                    let cell = window * layout.outputs + head * Architecture.notesPerHead + note
                    guard targets.pointer[cell] >= 0 else { continue }
                    scores.add(network.outputs.pointer[cell], isOn: targets.pointer[cell] > 0.5)
                }
            }
        }
        return scores.averagePrecision()
    }
}
