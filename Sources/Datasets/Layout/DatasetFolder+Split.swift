extension DatasetFolder {
    /// Which recordings of MusicNet are meant.
    ///
    /// A recording is known by its name, MusicNet's id, wherever it lies; others by the folder, `test_data` or
    /// `train_data`. A recording that neither tells anything about counts as training data.
    public enum Split: String, Sendable, CaseIterable {
        /// Whatever there is.
        case all
        /// All but the ten official test recordings.
        case train
        /// The ten official test recordings, and what lies in `test_data`.
        case test
        /// The three recordings that the paper was tested on (section 5): 2303, 2382 and 1819.
        case paper
        /// All but these three: what the paper was trained on.
        case paperTrain = "paper-train"

        /// The recordings of section 5, which are among the official ones.
        public static let paperTestNames: Set<String> = ["2303", "2382", "1819"]
        /// The test set of MusicNet as it is published.
        public static let officialTestNames: Set<String> = [
            "2303", "2382", "1819", "2298", "2191", "2556", "2416", "2628", "1759", "2106",
        ]

        /// The names as a sentence lists them.
        public static let choices = allCases.map(\.rawValue).joined(separator: ", ")

        func contains(_ entry: DatasetListing.Entry) -> Bool {
            let isTest = Self.officialTestNames.contains(entry.name) || entry.part == .test
            let isPaper = Self.paperTestNames.contains(entry.name)
            return switch self {
            case .all: true
            case .train: !isTest
            case .test: isTest
            case .paper: isPaper
            case .paperTrain: !isPaper
            }
        }
    }
}
