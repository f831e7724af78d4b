/// The paper's published results: Tables 3 to 7 of Thickstun, Harchaoui and Kakade, "Learning Features of Music from
/// Scratch", ICLR 2017. They were measured on three recordings of MusicNet; see docs/evaluation.md.
///
/// Two labels differ from the paper's. Its Table 4 names spectrograms by their points, half the number of samples; here
/// the window is in samples, as in Table 3. Its AvgPool model is "2 stride" with 2,148 samples in Table 3, but "5
/// stride" with 2,048 samples (the width of its filters) in the other tables; here both have the window of 2,148.
public enum PaperFigures {
    /// A row of one of the tables.
    public struct Row: Sendable, Equatable {
        public var representation: String
        /// In samples.
        public var window: Int
        /// In the order of the table's columns, as fractions: 60.5% is 0.605.
        public var values: [Double]

        fileprivate init(_ representation: String, _ window: Int, _ values: Double...) {
            self.representation = representation
            self.window = window
            self.values = values
        }

        /// Whether a model's row is to be compared with this one.
        func matches(representation other: String, window otherWindow: Int) -> Bool {
            representation.lowercased() == other.lowercased() && window == otherWindow
        }
    }

    /// Table 3: precision, recall, average precision.
    public static let table3 = [
        Row("log-spectrograms", 1_024, 0.490, 0.405, 0.398), Row("spectrograms", 2_048, 0.289, 0.525, 0.329),
        Row("log-spectrograms", 2_048, 0.619, 0.420, 0.488), Row("log-ReLUgrams", 2_048, 0.589, 0.479, 0.493),
        Row("MLP, 500 nodes", 2_048, 0.501, 0.580, 0.521), Row("MLP, 2500 nodes", 2_048, 0.536, 0.623, 0.562),
        Row("AvgPool, 2 stride", 2_148, 0.534, 0.625, 0.564), Row("log-spectrograms", 8_192, 0.642, 0.286, 0.521),
        Row("log-spectrograms", 16_384, 0.584, 0.181, 0.455), Row("MLP, 500 nodes", 16_384, 0.544, 0.648, 0.600),
        Row("CNN, 64 stride", 16_384, 0.605, 0.719, 0.678),
    ]

    /// Table 4: Acc, Etot, Esub, Emiss, Efa.
    public static let table4 = [
        Row("log-spectrograms", 1_024, 0.285, 0.819, 0.198, 0.397, 0.224),
        Row("log-spectrograms", 2_048, 0.334, 0.715, 0.123, 0.457, 0.135),
        Row("log-ReLUgrams", 2_048, 0.359, 0.711, 0.144, 0.377, 0.190),
        Row("log-spectrograms", 8_192, 0.247, 0.788, 0.085, 0.628, 0.074),
        Row("log-spectrograms", 16_384, 0.161, 0.866, 0.082, 0.737, 0.047),
        Row("MLP, 500 nodes", 2_048, 0.368, 0.790, 0.206, 0.214, 0.370),
        Row("MLP, 2500 nodes", 2_048, 0.404, 0.740, 0.177, 0.200, 0.363),
        Row("AvgPool, 5 stride", 2_148, 0.405, 0.744, 0.176, 0.200, 0.369),
        Row("MLP, 500 nodes", 16_384, 0.420, 0.735, 0.160, 0.191, 0.383),
        Row("CNN, 64 stride", 16_384, 0.489, 0.634, 0.117, 0.164, 0.352),
    ]

    /// One of Tables 5 to 7: precision, recall and average precision on one recording.
    public struct RecordingTable: Sendable {
        public var number: Int
        /// MusicNet's id.
        public var recording: String
        public var title: String
        public var rows: [Row]
    }

    public static let recordings = [
        RecordingTable(
            number: 5, recording: "1819",
            title: "The Soni Ventorum recording of Mozart's Wind Quintet K375 (MusicNet id 1819)",
            rows: [
                Row("MLP, 500 nodes", 2_048, 0.561, 0.627, 0.592), Row("MLP, 2500 nodes", 2_048, 0.591, 0.678, 0.631),
                Row("AvgPool, 5 stride", 2_148, 0.591, 0.682, 0.645),
                Row("MLP, 500 nodes", 16_384, 0.602, 0.652, 0.658),
                Row("CNN, 64 stride", 16_384, 0.659, 0.752, 0.744),
            ]),
        RecordingTable(
            number: 6, recording: "2382",
            title: "The European Archive recording of Beethoven's String Quartet No. 13 (MusicNet id 2382)",
            rows: [
                Row("MLP, 500 nodes", 2_048, 0.354, 0.407, 0.280), Row("MLP, 2500 nodes", 2_048, 0.383, 0.443, 0.309),
                Row("AvgPool, 5 stride", 2_148, 0.386, 0.452, 0.317),
                Row("MLP, 500 nodes", 16_384, 0.434, 0.513, 0.410),
                Row("CNN, 64 stride", 16_384, 0.510, 0.579, 0.493),
            ]),
        RecordingTable(
            number: 7, recording: "2303",
            title: "The Kimiko Ishizaka recording of Bach's Prelude in D major (MusicNet id 2303)",
            rows: [
                Row("MLP, 500 nodes", 2_048, 0.556, 0.674, 0.641), Row("MLP, 2500 nodes", 2_048, 0.601, 0.713, 0.686),
                Row("AvgPool, 5 stride", 2_148, 0.596, 0.707, 0.681),
                Row("MLP, 500 nodes", 16_384, 0.571, 0.763, 0.684),
                Row("CNN, 64 stride", 16_384, 0.619, 0.801, 0.739),
            ]),
    ]
}
