import Basics

/// The one threshold of a model, and where it comes from.
public struct ThresholdChoice: Codable, Sendable, Equatable {
    /// A note is predicted where its score is above this.
    public var threshold: Double
    /// The training set that it was chosen on; nil where it is the model's own.
    public var training: Training?

    /// What a threshold was chosen on.
    public struct Training: Codable, Sendable, Equatable {
        /// The folder, as it was named.
        public var dataset: String
        public var recordings: Int
        /// Random windows, of all recordings together.
        public var windows: Int
        /// F1 of the windows' cells at the threshold.
        public var f1: Double
    }

    public init(threshold: Double, training: Training? = nil) {
        self.threshold = threshold
        self.training = training
    }

    /// In a sentence's words.
    public var origin: String {
        guard let training else { return "the model's own" }
        return "best F1 (\(Numeral.percent(training.f1))) on \(Numeral.grouped(training.windows)) random windows of "
            + "\(Numeral.grouped(training.recordings)) training recordings"
    }
}
