import Foundation
import Networks

/// Everything that determines the training of a model except the data; the file that `notelab train RECIPE.json`
/// reads.
public struct Recipe: Codable, Equatable, Sendable {
    /// How weights are initialised.
    public enum Initialization: String, Codable, Sendable {
        /// Normally distributed, with the standard deviation ``initialDeviation`` (1e-6 in the paper's authors' code).
        case gaussian
        /// Filters: Hann-windowed sine and cosine pairs, evenly spaced in log-frequency. Linear layer: zero.
        case sinusoids
    }

    /// A small fixed set of training points, as in the paper's Figure 3 (left).
    public struct Subset: Codable, Equatable, Sendable {
        /// Number of distinct excerpts.
        public var points: Int
        /// If not nil, only excerpts whose first window has exactly this number of notes.
        public var labels: Int?
    }

    public var name: String
    /// The network's name in tables, such as "MLP, 500 nodes"; empty for an automatic one.
    public var representation = ""
    /// The row in a table; nil for automatic order.
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
    /// Indices of layers that keep their initial weights.
    public var fixedLayers: [Int] = []
    /// Excerpts in a step.
    public var batch: Int
    /// Windows that are trained in each excerpt, and the distance between them in hops.
    public var windowsPerExcerpt = 1
    public var spacing = 4
    public var steps: Int
    public var seed: UInt64 = 1
    /// Decay of the running average of the weights at each step, 0..<1; 0 keeps the last weights only.
    public var averaging: Double = 0
    public var augmentation = Augmentation()
    /// If not nil, trains on a small fixed set of excerpts rather than on new ones at every step.
    public var subset: Subset?
    public var onsetWidth: Double = 2
    /// Weight of the onset head's loss, relative to the sounding head's.
    public var onsetWeight: Double = 1
    /// Steps between two evaluations on the probe set, and between two checkpoints.
    public var probeEvery = 500
    public var checkpointEvery = 500
    /// Number of windows in the probe set.
    public var probeWindows = 4096
    public var licence: String = "unstated"
    /// Precision of the products in convolutions over time and frequency.
    public var precision = Precision.single
    /// Smoothing that is appended to the trained network.
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

    /// The paper's network at stride 64 with AdamW, used to measure training speed.
    public static func benchmark(batch: Int, windowsPerExcerpt: Int) -> Recipe {
        Recipe(
            name: "benchmark", architecture: .paper(stride: 64, bias: true, logistic: true), loss: .logistic,
            optimizer: OptimizerSettings(kind: .adamw, rate: 1e-5), batch: batch, windowsPerExcerpt: windowsPerExcerpt,
            steps: 1)
    }

    /// Creates a recipe with the default values of a recipe file.
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

    /// Reads and validates a recipe file and the files it is based on.
    ///
    /// - Throws: `TrainingError.unreadable` or `.recipe`, naming the file and the key.
    public init(contentsOf path: String) throws(TrainingError) {
        let object = try RecipeFile.merged(path)
        let known = Set(CodingKeys.allCases.map(\.rawValue))
        if let unknown = Set(object.keys).subtracting(known).min() {
            throw .recipe(
                path: path,
                reason: "unknown key '\(unknown)'; known keys are \(known.sorted().joined(separator: ", "))")
        }
        do {
            self = try JSONDecoder().decode(Recipe.self, from: try JSONSerialization.data(withJSONObject: object))
        } catch {
            throw .recipe(path: path, reason: DecodingError.reason(error))
        }
        if let reason = problem() { throw .recipe(path: path, reason: reason) }
    }

    /// The info of the trained network. Smoothing, if any, changes the resulting model's window and label.
    public var info: ModelInfo {
        ModelInfo(
            name: name, architecture: architecture, window: window, hop: hop, labelOffset: labelOffset,
            notes: noteMin...noteMax)
    }

    private func problem() -> String? {
        if !(1...65536).contains(batch) { return "batch is \(batch); it must be from 1 to 65536" }
        if !(1...1024).contains(windowsPerExcerpt) {
            return "windows_per_excerpt is \(windowsPerExcerpt); it must be from 1 to 1024"
        }
        if !(1...1024).contains(spacing) { return "spacing is \(spacing); it must be from 1 to 1024" }
        if steps < 1 { return "steps is \(steps); it must be at least 1" }
        if !(optimizer.rate > 0 && optimizer.rate < 1e3) {
            return "optimizer.rate is \(optimizer.rate); it must be above 0 and below 1000"
        }
        if !(averaging >= 0 && averaging < 1) { return "averaging is \(averaging); it must be at least 0 and below 1" }
        if !(0...127).contains(noteMin) || !(noteMin...127).contains(noteMax) {
            return "note_min \(noteMin) and note_max \(noteMax) are not a valid range of MIDI notes"
        }
        if !(0...window).contains(labelOffset) {
            return "label_offset is \(labelOffset); it must lie within the window of \(window)"
        }
        if !(onsetWidth > 0) { return "onset_width_hops is \(onsetWidth); it must be above 0" }
        if !(initialDeviation > 0 && initialDeviation <= 1) {
            return "initial_deviation is \(initialDeviation); it must be above 0 and at most 1"
        }
        if let index = fixedLayers.first(where: { !architecture.layers.indices.contains($0) }) {
            return
                "fixed_layers contains layer \(index); layers are numbered from 0 to \(architecture.layers.count - 1)"
        }
        if augmentation.response > 0 {
            guard case .bank? = architecture.layers.first else {
                return "augmentation.response_db requires a network whose first layer is a 'bank'"
            }
        }
        if let reason = smoothing?.problem(with: architecture) { return reason }
        if let subset, subset.points < 1 || !(0...128).contains(subset.labels ?? 0) {
            return "subset requires at least 1 point and 0 to 128 labels"
        }
        if probeEvery < 1 || checkpointEvery < 1 { return "probe_every and checkpoint_every must be at least 1" }
        return nil
    }
}
