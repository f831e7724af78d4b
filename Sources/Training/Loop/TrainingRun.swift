import Foundation
import Networks

/// A progress report of a run.
public struct TrainingProgress: Sendable {
    /// Number of steps done, and the total, ``Recipe/steps``.
    public var step: Int
    public var steps: Int
    /// Mean loss of a window since the last report.
    public var loss: Double
    /// Latest average precision on the probe set; nil before the first evaluation.
    public var probe: Double?
    public var windowsPerSecond: Double
    public var secondsLeft: Double
    /// Fraction of the time spent drawing excerpts, 0...1.
    public var drawingShare: Double
}

/// A training run. It draws batches, takes steps, evaluates on the probe set and writes checkpoints. It can be stopped
/// after any step and resumed.
///
/// Several processes may share each batch. Each of them creates a run with the same arguments, and all take the same
/// steps.
public final class TrainingRun {
    private let trainable: TrainableModel
    private let sampler: ExcerptSampler
    private let probe: ProbeSet?
    private let checkpointPath: String
    private let log: TrainingLog?
    private let targets: FloatBuffer
    private let lossWeights: [Float]
    /// Number of steps done.
    public private(set) var step = 0
    /// Training time in seconds, including the time before a resume.
    public private(set) var seconds = 0.0
    private var drawing = 0.0

    /// - Parameters:
    ///   - probeSet: held-out recordings whose average precision is logged; nil for none.
    ///   - checkpoint: path of the checkpoint; the log is `checkpoint` + ".jsonl".
    ///   - resume: path of a checkpoint to resume from.
    ///   - start: a model to start from instead of the recipe's initialisation; a checkpoint overrides it.
    ///   - processes: the processes that share each batch. The first one evaluates and writes checkpoint and log.
    /// - Throws: `TrainingError` or `ModelError`.
    public init(
        recipe: Recipe, dataset: TrainingSet, probeSet: TrainingSet?, threads: Int, checkpoint: String, resume: String?,
        start: Model? = nil, processes: Processes = .alone
    ) throws {
        guard recipe.batch >= processes.count else {
            throw TrainingError.batch(recipe.batch, processes: processes.count)
        }
        let trainable = try TrainableModel(recipe: recipe, threads: threads, processes: processes)
        self.trainable = trainable
        let noise = NoiseTable(seed: recipe.seed)
        sampler = ExcerptSampler(
            pool: dataset.pool, augmentation: recipe.augmentation, layout: trainable.layout,
            info: trainable.info, onsetWidth: recipe.onsetWidth, seed: recipe.seed, noise: noise, subset: recipe.subset)
        probe = processes.isFirst ? probeSet.map { ProbeSet($0, trainable: trainable, noise: noise) } : nil
        checkpointPath = checkpoint
        targets = FloatBuffer(count: trainable.network.outputs.count)
        lossWeights = trainable.lossWeights
        if let start { try trainable.adopt(start) }
        if let resume {
            let state = try Checkpoint.restore(trainable, from: resume)
            (step, seconds) = (state.step, state.seconds)
        }
        log =
            processes.isFirst
            ? try TrainingLog(path: checkpoint + ".jsonl", resumedAt: resume == nil ? nil : step) : nil
    }

    /// Takes the remaining steps.
    ///
    /// - Parameters:
    ///   - shouldStop: called after each step. If it returns true in any process, all processes stop, and the first
    ///     one writes a checkpoint.
    ///   - report: called in the first process, about once a second and after each evaluation on the probe set.
    /// - Returns: whether the run is complete.
    /// - Throws: `TrainingError.diverged` if the loss or a weight is no longer finite; `TrainingError.write`.
    public func run(shouldStop: () -> Bool, report: (TrainingProgress) -> Void) throws -> Bool {
        let recipe = trainable.recipe
        let windows = recipe.batch * recipe.windowsPerExcerpt
        let clock = ContinuousClock()
        var lastReport = clock.now
        // Losses since the last report, and since the last line of the log.
        var shown = LossMean()
        var logged = LossMean()
        var lastProbe: Double?
        var speed = 0.0
        var saved: String? = step > 0 ? checkpointPath : nil
        while step < recipe.steps {
            let begin = clock.now
            let local = takeStep()
            // All processes need the same loss and the same decision to stop.
            let sums = trainable.processes.sum([local, shouldStop() ? 1 : 0])
            let (loss, stops) = (sums[0], sums[1] > 0)
            guard loss.isFinite else { throw TrainingError.diverged(step: step, checkpoint: saved) }
            step += 1
            seconds += (clock.now - begin).seconds
            shown.add(loss)
            logged.add(loss)
            let isLast = step == recipe.steps
            let evaluates = step % recipe.probeEvery == 0 || isLast
            let elapsed = (clock.now - lastReport).seconds
            if trainable.processes.isFirst, elapsed >= 1 || evaluates {
                let fresh = Double(windows * shown.count) / max(elapsed, 1e-6)
                speed = speed == 0 ? fresh : 0.8 * speed + 0.2 * fresh
                if evaluates { lastProbe = probe?.averagePrecision(trainable) }
                var progress = TrainingProgress(
                    step: step, steps: recipe.steps, loss: shown.value, probe: lastProbe,
                    windowsPerSecond: speed, secondsLeft: Double((recipe.steps - step) * windows) / max(speed, 1e-6),
                    drawingShare: drawing / max(elapsed, 1e-6))
                report(progress)
                if evaluates {
                    progress.loss = logged.value
                    try log?.append(progress)
                    logged = LossMean()
                }
                (shown, lastReport, drawing) = (LossMean(), clock.now, 0)
            }
            if trainable.processes.isFirst, step % recipe.checkpointEvery == 0 || isLast || stops {
                guard trainable.isFinite else { throw TrainingError.diverged(step: step, checkpoint: saved) }
                try Checkpoint(step: step, seconds: seconds).write(trainable, to: checkpointPath)
                saved = checkpointPath
            }
            if stops { return isLast }
        }
        return true
    }

    /// The trained model, with the running average of the weights if the recipe keeps one.
    public func model(extra: [String: String] = [:]) throws -> Model {
        let recipe = trainable.recipe
        var extra = extra
        extra["recipe_hash"] = recipe.fingerprint
        extra["licence"] = recipe.licence
        extra["steps"] = String(step)
        extra["windows_seen"] = String(step * recipe.batch * recipe.windowsPerExcerpt)
        extra["training_seconds"] = String(format: "%.0f", seconds)
        if !recipe.representation.isEmpty { extra["representation"] = recipe.representation }
        if let order = recipe.tableOrder { extra["table_order"] = String(order) }
        return try trainable.model(averaged: recipe.averaging > 0, extra: extra)
    }

    /// - Returns: the contribution of this process to the mean loss of the batch.
    private func takeStep() -> Double {
        let network = trainable.network
        let layout = trainable.layout
        let clock = ContinuousClock()
        let begin = clock.now
        sampler.fill(network, targets: targets) { (step, trainable.firstRow + $0) }
        drawing += (clock.now - begin).seconds
        network.forward()
        let loss = trainable.recipe.loss.evaluate(
            rows: network.windows, of: trainable.recipe.batch * layout.windowsPerExcerpt, columns: layout.outputs,
            outputs: network.outputs.pointer, targets: targets.pointer, weights: lossWeights,
            gradients: network.outputGradients.pointer)
        network.backward()
        let rate = trainable.recipe.optimizer.rate(at: step, of: trainable.recipe.steps)
        for block in trainable.blocks {
            trainable.processes.sum(block.gradients)
            block.step(
                trainable.recipe.optimizer, rate: rate, step: step, averaging: trainable.recipe.averaging,
                team: network.team)
        }
        return loss
    }
}

/// An accumulating mean.
private struct LossMean {
    private var sum = 0.0
    private(set) var count = 0

    var value: Double { sum / Double(max(1, count)) }

    mutating func add(_ loss: Double) {
        sum += loss
        count += 1
    }
}

extension Duration {
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
