/// The results of a model on a test set under the paper's protocol: everything that its tables and curves show.
///
/// Stored as JSON beside the model, so that tables and figures do not run the network again.
public struct ModelReport: Codable, Sendable, Equatable {
    /// Metrics of a set of frames at one threshold.
    public struct Subset: Codable, Sendable, Equatable {
        /// "all", a recording's name, or "1 label", "3 labels".
        public var name: String
        public var frames: Int
        /// The number of (frame, note) pairs that are on in the labels.
        public var labels: Int
        public var precision: Double
        public var recall: Double
        public var averagePrecision: Double
        /// The precision-recall curve from the highest threshold to the lowest, thinned to a few hundred points. Both
        /// lists have the same length.
        public var recallCurve: [Double]
        public var precisionCurve: [Double]

        public init(
            name: String, frames: Int, labels: Int, precision: Double, recall: Double, averagePrecision: Double,
            recallCurve: [Double], precisionCurve: [Double]
        ) {
            self.name = name
            self.frames = frames
            self.labels = labels
            self.precision = precision
            self.recall = recall
            self.averagePrecision = averagePrecision
            self.recallCurve = recallCurve
            self.precisionCurve = precisionCurve
        }
    }

    /// MIREX multi-F0 measures at the threshold (Poliner & Ellis 2007). See ``MultiPitchScore``.
    public struct MultiPitch: Codable, Sendable, Equatable {
        public var accuracy: Double
        public var totalError: Double
        public var substitution: Double
        public var miss: Double
        public var falseAlarm: Double

        public init(accuracy: Double, totalError: Double, substitution: Double, miss: Double, falseAlarm: Double) {
            self.accuracy = accuracy
            self.totalError = totalError
            self.substitution = substitution
            self.miss = miss
            self.falseAlarm = falseAlarm
        }
    }

    /// The model file's name without its extension.
    public var model: String
    /// The network's name in the paper's first column, such as "MLP, 500 nodes".
    public var representation: String
    /// In samples.
    public var window: Int
    /// The threshold for all notes.
    public var threshold: Double
    public var all: Subset
    public var recordings: [Subset]
    /// The frames with one label, with two labels, and so on.
    public var byLabelCount: [Subset]
    public var multiPitch: MultiPitch
    /// The same measures for each of ``recordings``, in their order.
    public var recordingMultiPitch: [MultiPitch]?
    /// The cost of training, if the model's metadata states it.
    public var steps: Int?
    public var windowsSeen: Int?
    public var hours: Double?

    public init(
        model: String, representation: String, window: Int, threshold: Double, all: Subset, recordings: [Subset],
        byLabelCount: [Subset], multiPitch: MultiPitch, recordingMultiPitch: [MultiPitch]? = nil,
        steps: Int? = nil, windowsSeen: Int? = nil, hours: Double? = nil
    ) {
        self.model = model
        self.representation = representation
        self.window = window
        self.threshold = threshold
        self.all = all
        self.recordings = recordings
        self.byLabelCount = byLabelCount
        self.multiPitch = multiPitch
        self.recordingMultiPitch = recordingMultiPitch
        self.steps = steps
        self.windowsSeen = windowsSeen
        self.hours = hours
    }
}
