/// What a model made of a test set under the paper's protocol: all that its tables and curves are drawn from.
///
/// Written beside the model as JSON, so that tables and figures don't need the network to run again.
public struct ModelReport: Codable, Sendable, Equatable {
    /// Precision, recall and average precision of a set of frames at one threshold.
    public struct Subset: Codable, Sendable, Equatable {
        /// "all", a recording's name, or "1 label", "3 labels".
        public var name: String
        public var frames: Int
        /// (frame, note) pairs that are on in the labels.
        public var labels: Int
        public var precision: Double
        public var recall: Double
        public var averagePrecision: Double
        /// Along the curve, from the highest threshold to the lowest, thinned to a few hundred points; same lengths.
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

    /// MIREX multi-F0 measures at the threshold (Poliner & Ellis 2007).
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
    /// As the paper's first column says it: "MLP, 500 nodes".
    public var representation: String
    /// Samples.
    public var window: Int
    /// The one threshold for all notes, chosen on training data.
    public var threshold: Double
    public var all: Subset
    public var recordings: [Subset]
    /// Frames with exactly so many labels.
    public var byLabelCount: [Subset]
    public var multiPitch: MultiPitch
    /// The same for each of ``recordings``, in their order.
    public var recordingMultiPitch: [MultiPitch]?
    /// What training took, where the model says so.
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
