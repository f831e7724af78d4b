extension Status {
    /// The tuning at which notes and positions are found, and the estimate from what is played.
    public struct Tuning: Hashable, Sendable, Decodable, JSONWritable {
        /// The frequency of A4 in hertz: the tuning in force.
        public var a4: Double
        /// Whether it is estimated; false if it was set.
        public var isAutomatic: Bool
        /// Whether the model's filters can be shifted. If not, A4 is 440 Hz.
        public var isTunable: Bool
        /// The estimated frequency of A4, known up to a semitone: the one nearest to 440 Hz. Nil before the first tone.
        public var estimate: Double?
        /// The confidence of that estimate, 0...1.
        public var confidence: Double

        public init(a4: Double, isAutomatic: Bool, isTunable: Bool, estimate: Double?, confidence: Double) {
            self.a4 = a4
            self.isAutomatic = isAutomatic
            self.isTunable = isTunable
            self.estimate = estimate
            self.confidence = confidence
        }

        enum CodingKeys: String, CodingKey {
            case a4
            case isAutomatic = "automatic"
            case isTunable = "tunable"
            case estimate, confidence
        }

        public func write(to writer: inout JSONWriter) {
            writer.beginObject()
            writer.member("a4", a4, decimals: 2)
            writer.member("automatic", isAutomatic)
            writer.member("tunable", isTunable)
            writer.key("estimate")
            if let estimate { writer.number(estimate, decimals: 2) } else { writer.null() }
            writer.member("confidence", confidence, decimals: 3)
            writer.endObject()
        }
    }
}
