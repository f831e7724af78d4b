import Networks
import Training

extension Recipe {
    /// The recipe for fine-tuning a model: the model's own network, a low rate with cosine decay, the augmentation
    /// that the shipped model was trained with, and a running average of the weights.
    ///
    /// - Parameters:
    ///   - model: the base model.
    ///   - name: name of the new model.
    ///   - steps: number of steps. A step is 288 windows, or 96 for a network that normalises each window.
    ///   - rate: AdamW's highest rate; nil for the default.
    ///   - seed: seed of all random draws.
    ///   - licence: licence of the new model.
    public static func fineTuning(
        _ model: ModelInfo, name: String, steps: Int, rate: Double? = nil, seed: UInt64 = 1, licence: String
    ) -> Recipe {
        let isLogistic = model.architecture.layers.last == .logistic
        // Windows that are normalised one by one cannot share computation.
        let sharesWork = !model.architecture.normalizesWindow
        var optimizer = OptimizerSettings(kind: .adamw, rate: rate ?? defaultFineTuningRate)
        optimizer.schedule = .cosine
        optimizer.warmup = min(50, max(1, steps / 10))
        optimizer.filterRate = 0.5
        var recipe = Recipe(
            name: name, architecture: model.architecture, loss: isLogistic ? .logistic : .square, optimizer: optimizer,
            batch: sharesWork ? 32 : 96, windowsPerExcerpt: sharesWork ? 9 : 1, steps: steps)
        if let stack = GridStack(model.architecture, window: model.window) {
            // As many windows over the same time, at the spacing that the network requires.
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

    /// How much longer a window's audio becomes at the largest pitch shift of the augmentation, as a factor.
    var largestStretch: Double {
        let semitones = Double(augmentation.semitones) + augmentation.cents / 100
        var ratio = 1.0
        for _ in 0..<Int(semitones.rounded(.up)) { ratio *= 1.0594630943592953 }
        return ratio
    }

    /// The longest audio that a window covers before and after its label, in seconds.
    public var reach: (before: Double, after: Double) {
        let rate = Double(info.sampleRate)
        return (
            Double(labelOffset) * largestStretch / rate, Double(window - labelOffset) * largestStretch / rate
        )
    }
}
