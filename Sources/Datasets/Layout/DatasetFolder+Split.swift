extension DatasetFolder {
    /// A subset of MusicNet's recordings.
    ///
    /// MusicNet's recordings are identified by their name, its id, in any folder; others by their folder, `test_data`
    /// or `train_data`. All other recordings count as training data.
    public enum Split: String, Sendable, CaseIterable {
        /// All recordings.
        case all
        /// All but the ten official test recordings.
        case train
        /// The ten official test recordings, and the recordings in `test_data`.
        case test
        /// The paper's three test recordings (section 5): 2303, 2382 and 1819.
        case paper
        /// All but the paper's three test recordings: the paper's training set.
        case paperTrain = "paper-train"

        /// The paper's test recordings, a subset of the official ones.
        public static let paperTestNames: Set<String> = ["2303", "2382", "1819"]
        /// MusicNet's official test set.
        public static let officialTestNames: Set<String> = [
            "2303", "2382", "1819", "2298", "2191", "2556", "2416", "2628", "1759", "2106",
        ]

        /// All names, separated by commas, for messages.
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
