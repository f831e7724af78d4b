import Foundation
import Networks

/// All that decides how a model is trained, beside its data: what `notelab train RECIPE.json` reads.
public struct Recipe: Codable, Equatable, Sendable {
    /// How weights begin.
    public enum Initialization: String, Codable, Sendable {
        /// Normal noise of 1e-6, as the paper's authors' code does.
        case gaussian
        /// Filters: Hann-windowed sine and cosine pairs, evenly spaced in log-frequency; linear layer: zero.
        case sinusoids
    }

    /// A small fixed set of training points, as the paper's Figure 3 (left) is trained on.
    public struct Subset: Codable, Equatable, Sendable {
        /// Different excerpts.
        public var points: Int
        /// Only excerpts whose first window has exactly so many notes.
        public var labels: Int?
    }

    public var name: String
    /// What tables call the network: "MLP, 500 nodes". Empty lets them find a name for it.
    public var representation = ""
    /// The row of a table it belongs into; nil leaves that to the table.
    public var tableOrder: Int?
    public var architecture: Architecture
    public var window = 16384
    public var hop = 512
    public var labelOffset = 8192
    public var noteMin = 21
    public var noteMax = 108
    public var loss: Loss
    public var optimizer: OptimizerSettings
    public var initialization: Initialization = .gaussian
    /// Standard deviation of the gaussian initialisation.
    public var initialDeviation = 1e-6
    /// Indices of layers that keep their first weights: filters that are fixed, not learned.
    public var fixedLayers: [Int] = []
    /// Excerpts a step.
    public var batch: Int
    /// Windows that are trained in each excerpt, and hops from one to the next.
    public var windowsPerExcerpt = 1
    public var spacing = 4
    public var steps: Int
    public var seed: UInt64 = 1
    /// How much of the running average of weights is kept at each step; 0 keeps the last weights.
    public var averaging: Double = 0
    public var augmentation = Augmentation()
    /// Train on so few points of the data, drawn once; nil draws fresh ones at every step.
    public var subset: Subset?
    public var onsetWidth: Double = 2
    /// The onset head's loss relative to the sounding head's.
    public var onsetWeight: Double = 1
    /// Steps between two looks at the probe set, and between two checkpoints.
    public var probeEvery = 500
    public var checkpointEvery = 500
    /// Windows of the probe set.
    public var probeWindows = 4096
    public var licence: String = "unstated"
    /// Of the products of convolutions over time and frequency.
    public var precision = Precision.single
    /// Put behind the network when it is trained.
    public var smoothing: Smoothing?

    enum CodingKeys: String, CodingKey, CaseIterable {
        case name, representation, architecture, window, hop, loss, optimizer, initialization, batch, spacing, steps
        case seed, averaging, augmentation, subset, licence, precision, smoothing
        case tableOrder = "table_order"
        case initialDeviation = "initial_deviation"
        case fixedLayers = "fixed_layers"
        case labelOffset = "label_offset"
        case noteMin = "note_min"
        case noteMax = "note_max"
        case windowsPerExcerpt = "windows_per_excerpt"
        case onsetWidth = "onset_width_hops"
        case onsetWeight = "onset_weight"
        case probeEvery = "probe_every"
        case checkpointEvery = "checkpoint_every"
        case probeWindows = "probe_windows"
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        func optional<T: Decodable>(_ key: CodingKeys, _ fallback: T) throws -> T {
            try values.decodeIfPresent(T.self, forKey: key) ?? fallback
        }
        name = try values.decode(String.self, forKey: .name)
        architecture = try values.decode(Architecture.self, forKey: .architecture)
        window = try optional(.window, 16384)
        hop = try optional(.hop, 512)
        labelOffset = try optional(.labelOffset, 8192)
        noteMin = try optional(.noteMin, 21)
        noteMax = try optional(.noteMax, 108)
        loss = try values.decode(Loss.self, forKey: .loss)
        optimizer = try values.decode(OptimizerSettings.self, forKey: .optimizer)
        representation = try optional(.representation, "")
        tableOrder = try values.decodeIfPresent(Int.self, forKey: .tableOrder)
        initialization = try optional(.initialization, .gaussian)
        initialDeviation = try optional(.initialDeviation, 1e-6)
        fixedLayers = try optional(.fixedLayers, [])
        subset = try values.decodeIfPresent(Subset.self, forKey: .subset)
        batch = try values.decode(Int.self, forKey: .batch)
        windowsPerExcerpt = try optional(.windowsPerExcerpt, 1)
        spacing = try optional(.spacing, 4)
        steps = try values.decode(Int.self, forKey: .steps)
        seed = try optional(.seed, 1)
        averaging = try optional(.averaging, 0)
        augmentation = try optional(.augmentation, Augmentation())
        onsetWidth = try optional(.onsetWidth, 2)
        onsetWeight = try optional(.onsetWeight, 1)
        probeEvery = try optional(.probeEvery, 500)
        checkpointEvery = try optional(.checkpointEvery, 500)
        probeWindows = try optional(.probeWindows, 4096)
        licence = try optional(.licence, "unstated")
        precision = try optional(.precision, .single)
        smoothing = try values.decodeIfPresent(Smoothing.self, forKey: .smoothing)
    }

    /// The paper's network at stride 64 under AdamW: what training speed is measured on.
    public static func benchmark(batch: Int, windowsPerExcerpt: Int) -> Recipe {
        Recipe(
            name: "benchmark", architecture: .paper(stride: 64, bias: true, logistic: true), loss: .logistic,
            optimizer: OptimizerSettings(kind: .adamw, rate: 1e-5), batch: batch, windowsPerExcerpt: windowsPerExcerpt,
            steps: 1)
    }

    /// A recipe whose other members have the values that a recipe file may leave out.
    public init(
        name: String, architecture: Architecture, loss: Loss, optimizer: OptimizerSettings, batch: Int,
        windowsPerExcerpt: Int, steps: Int
    ) {
        self.name = name
        self.architecture = architecture
        self.loss = loss
        self.optimizer = optimizer
        self.batch = batch
        self.windowsPerExcerpt = windowsPerExcerpt
        self.steps = steps
    }

    /// Reads and checks a recipe file, and those it is based on.
    public init(contentsOf path: String) throws(TrainingError) {
        let object = try RecipeFile.merged(path)
        let known = Set(CodingKeys.allCases.map(\.rawValue))
        if let unknown = Set(object.keys).subtracting(known).min() {
            throw .recipe(
                path: path,
                reason: "it has an unknown key '\(unknown)'; known are \(known.sorted().joined(separator: ", "))")
        }
        do {
            self = try JSONDecoder().decode(Recipe.self, from: try JSONSerialization.data(withJSONObject: object))
        } catch {
            throw .recipe(path: path, reason: DecodingError.reason(error))
        }
        if let reason = problem() { throw .recipe(path: path, reason: reason) }
    }

    /// What the network that is trained says of itself; the model may be smoothed beyond that.
    public var info: ModelInfo {
        ModelInfo(
            name: name, architecture: architecture, window: window, hop: hop, labelOffset: labelOffset,
            notes: noteMin...noteMax)
    }

    private func problem() -> String? {
        if !(1...65536).contains(batch) { return "batch is \(batch); it takes 1 to 65536 excerpts" }
        if !(1...1024).contains(windowsPerExcerpt) {
            return "windows_per_excerpt is \(windowsPerExcerpt); it takes 1 to 1024"
        }
        if !(1...1024).contains(spacing) { return "spacing is \(spacing); it takes 1 to 1024 hops" }
        if steps < 1 { return "steps is \(steps); it takes at least 1" }
        if !(optimizer.rate > 0 && optimizer.rate < 1e3) { return "the optimizer's rate is \(optimizer.rate)" }
        if !(averaging >= 0 && averaging < 1) { return "averaging is \(averaging); it takes 0 or more and less than 1" }
        if !(0...127).contains(noteMin) || !(noteMin...127).contains(noteMax) {
            return "note_min \(noteMin) and note_max \(noteMax) are no range of MIDI notes"
        }
        if !(0...window).contains(labelOffset) {
            return "label_offset \(labelOffset) lies outside the window of \(window)"
        }
        if !(onsetWidth > 0) { return "onset_width_hops is \(onsetWidth); it takes more than 0" }
        if !(initialDeviation > 0 && initialDeviation <= 1) {
            return "initial_deviation is \(initialDeviation); it takes more than 0 and at most 1"
        }
        if let index = fixedLayers.first(where: { !architecture.layers.indices.contains($0) }) {
            return
                "fixed_layers names layer \(index), and layers are numbered from 0 to \(architecture.layers.count - 1)"
        }
        if augmentation.response > 0 {
            guard case .bank? = architecture.layers.first else {
                return "augmentation.response_db needs a network whose first layer is a 'bank'"
            }
        }
        if let reason = smoothing?.problem(with: architecture) { return reason }
        if let subset, subset.points < 1 || !(0...128).contains(subset.labels ?? 0) {
            return "subset takes at least 1 point and 0 to 128 labels"
        }
        if probeEvery < 1 || checkpointEvery < 1 { return "probe_every and checkpoint_every take at least 1" }
        return nil
    }
}
