import Foundation
import Networks

/// What a run tells of itself as it goes.
public struct TrainingProgress: Sendable {
    /// Steps taken, of ``Recipe/steps``.
    public var step: Int
    public var steps: Int
    /// Mean loss a window since the last report.
    public var loss: Double
    /// Frame average precision on the probe set, when it was last looked at.
    public var probe: Double?
    public var windowsPerSecond: Double
    public var secondsLeft: Double
}

/// A training run: draws batches, takes steps, probes, saves; it can be stopped at any moment and resumed.
public final class TrainingRun {
    private let trainee: Trainee
    private let sampler: ExcerptSampler
    private let probe: ProbeSet?
    private let checkpointPath: String
    private let log: TrainingLog
    private let targets: FloatBuffer
    private let lossWeights: [Float]
    /// Steps taken.
    public private(set) var step = 0

    /// - Parameters:
    ///   - probeSet: held-back recordings whose average precision is logged; nil goes without.
    ///   - checkpoint: where the state is saved; `checkpoint` + ".jsonl" is the log.
    ///   - resume: a checkpoint to go on from.
    public init(
        recipe: Recipe, dataset: TrainingSet, probeSet: TrainingSet?, threads: Int, checkpoint: String, resume: String?
    ) throws {
        Product.useCallingThreadOnly()
        let trainee = try Trainee(recipe: recipe, threads: threads)
        self.trainee = trainee
        let noise = NoiseTable(seed: recipe.seed)
        sampler = ExcerptSampler(
            recordings: dataset.recordings, augmentation: recipe.augmentation, geometry: trainee.geometry,
            info: trainee.info, onsetWidth: recipe.onsetWidth, seed: recipe.seed, noise: noise)
        probe = probeSet.map { ProbeSet($0, trainee: trainee, noise: noise) }
        checkpointPath = checkpoint
        targets = FloatBuffer(count: trainee.network.outputs.count)
        lossWeights = trainee.lossWeights
        if let resume { step = try Checkpoint.restore(trainee, from: resume) }
        log = try TrainingLog(path: checkpoint + ".jsonl", append: resume != nil)
    }

    /// Takes the steps that are left.
    ///
    /// - Parameters:
    ///   - shouldStop: asked after each step; true saves and returns early.
    ///   - report: called about once a second, and after each look at the probe set.
    /// - Returns: whether the run is complete.
    public func run(shouldStop: () -> Bool, report: (TrainingProgress) -> Void) throws -> Bool {
        let recipe = trainee.recipe
        let windows = recipe.batch * recipe.windowsPerExcerpt
        let clock = ContinuousClock()
        var lastReport = clock.now
        var lossSum = 0.0
        var stepsSince = 0
        var lastProbe: Double?
        var speed = 0.0
        var saved: String? = step > 0 ? checkpointPath : nil
        while step < recipe.steps {
            let loss = takeStep()
            guard loss.isFinite else { throw TrainingError.diverged(step: step, checkpoint: saved) }
            step += 1
            lossSum += loss
            stepsSince += 1
            let isLast = step == recipe.steps
            let looks = step % recipe.probeEvery == 0 || isLast
            let elapsed = (clock.now - lastReport).seconds
            if elapsed >= 1 || looks {
                let fresh = Double(windows * stepsSince) / max(elapsed, 1e-6)
                speed = speed == 0 ? fresh : 0.8 * speed + 0.2 * fresh
                if looks { lastProbe = probe?.averagePrecision(trainee) }
                let progress = TrainingProgress(
                    step: step, steps: recipe.steps, loss: lossSum / Double(stepsSince), probe: lastProbe,
                    windowsPerSecond: speed, secondsLeft: Double((recipe.steps - step) * windows) / max(speed, 1e-6))
                if looks { try log.append(progress) }
                report(progress)
                (lossSum, stepsSince, lastReport) = (0, 0, clock.now)
            }
            let stops = shouldStop()
            if step % recipe.checkpointEvery == 0 || isLast || stops {
                try Checkpoint.write(trainee, step: step, to: checkpointPath)
                saved = checkpointPath
            }
            if stops { return isLast }
        }
        return true
    }

    /// The trained model: the running average where the recipe keeps one.
    public func model(extra: [String: String] = [:]) throws -> Model {
        var extra = extra
        extra["recipe_hash"] = trainee.recipe.fingerprint
        extra["licence"] = trainee.recipe.licence
        extra["steps"] = String(step)
        extra["windows_seen"] = String(step * trainee.recipe.batch * trainee.recipe.windowsPerExcerpt)
        return try trainee.model(averaged: trainee.recipe.averaging > 0, extra: extra)
    }

    private func takeStep() -> Double {
        let network = trainee.network
        let geometry = trainee.geometry
        network.team.split(network.batch) { rows, _ in
            for row in rows {
                sampler.draw(
                    step: step, row: row, samples: network.samples.pointer + row * geometry.samples,
                    targets: targets.pointer + row * geometry.windowsPerExcerpt * geometry.outputs)
            }
        }
        network.forward()
        let loss = trainee.recipe.loss.evaluate(
            rows: network.batch * geometry.windowsPerExcerpt, columns: geometry.outputs,
            outputs: network.outputs.pointer, targets: targets.pointer, weights: lossWeights,
            gradients: network.outputGradients.pointer)
        network.backward()
        let rate = trainee.recipe.optimizer.rate(at: step, of: trainee.recipe.steps)
        for block in trainee.blocks {
            block.step(
                trainee.recipe.optimizer, rate: rate, step: step, averaging: trainee.recipe.averaging,
                team: network.team)
        }
        return loss
    }
}

extension Duration {
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
