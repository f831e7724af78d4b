import Networks
import Training

extension Recipe {
    /// How a model is taught: its own network, a low rate that falls to nothing, augmentation as the shipped model had
    /// it, and a running average of the weights.
    ///
    /// - Parameters:
    ///   - model: what is taught.
    ///   - name: of the new model.
    ///   - steps: batches of 288 windows, where windows share their work.
    ///   - rate: of AdamW; nil for the usual one.
    ///   - seed: of everything random.
    ///   - licence: of the new model.
    public static func fineTuning(
        _ model: ModelInfo, name: String, steps: Int, rate: Double? = nil, seed: UInt64 = 1, licence: String
    ) -> Recipe {
        let isLogistic = model.architecture.layers.last == .logistic
        // Windows that are normalised one by one share nothing.
        let sharesWork = !model.architecture.normalizesWindow
        var optimizer = OptimizerSettings(kind: .adamw, rate: rate ?? defaultFineTuningRate)
        optimizer.schedule = .cosine
        optimizer.warmup = min(50, max(1, steps / 10))
        optimizer.filterRate = 0.5
        var recipe = Recipe(
            name: name, architecture: model.architecture, loss: isLogistic ? .logistic : .square, optimizer: optimizer,
            batch: sharesWork ? 32 : 96, windowsPerExcerpt: sharesWork ? 9 : 1, steps: steps)
        if let stack = GridStack(model.architecture, window: model.window) {
            // As many windows over the same time, on the grid that the network is made for.
            recipe.spacing = stack.coarsestSpacing
            (recipe.batch, recipe.windowsPerExcerpt) = (16, 18)
        }
        recipe.window = model.window
        recipe.hop = model.hop
        recipe.labelOffset = model.labelOffset
        recipe.noteMin = model.notes.lowerBound
        recipe.noteMax = model.notes.upperBound
        recipe.seed = seed
        recipe.averaging = 0.99
        recipe.augmentation.semitones = 2
        recipe.augmentation.cents = 25
        recipe.augmentation.gain = 6
        recipe.augmentation.mix = 0.1
        recipe.augmentation.noise = 0.3
        recipe.augmentation.silence = 0.04
        recipe.probeEvery = 100
        recipe.checkpointEvery = 100
        recipe.licence = licence
        return recipe
    }

    static let defaultFineTuningRate = 0.0005

    /// The most that augmentation slows an excerpt down: a window takes in so many times its length.
    var longestWindow: Double {
        let semitones = Double(augmentation.semitones) + augmentation.cents / 100
        var ratio = 1.0
        for _ in 0..<Int(semitones.rounded(.up)) { ratio *= 1.0594630943592953 }
        return ratio
    }

    /// Seconds that a window takes in before and after its label, at most.
    public var reach: (before: Double, after: Double) {
        let rate = Double(info.sampleRate)
        return (
            Double(labelOffset) * longestWindow / rate, Double(window - labelOffset) * longestWindow / rate
        )
    }
}
