import Basics

/// The threshold that a model is evaluated at, and how it was chosen.
public struct ThresholdChoice: Codable, Sendable, Equatable {
    /// Notes whose score is above the threshold are predicted.
    public var threshold: Double
    /// The data that the threshold was chosen on; nil if it is the model's own.
    public var training: Training?

    /// The data that a threshold was chosen on.
    public struct Training: Codable, Sendable, Equatable {
        /// The folder's path as given.
        public var dataset: String
        public var recordings: Int
        /// The number of random windows from all recordings.
        public var windows: Int
        /// F1 of those windows at the threshold.
        public var f1: Double
    }

    public init(threshold: Double, training: Training? = nil) {
        self.threshold = threshold
        self.training = training
    }

    /// How the threshold was chosen, in words.
    public var origin: String {
        guard let training else { return "the model's own" }
        return "best F1 (\(Numeral.percent(training.f1))) on \(Numeral.grouped(training.windows)) random windows of "
            + "\(Numeral.grouped(training.recordings)) training recordings"
    }
}
