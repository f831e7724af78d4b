extension Status {
    /// Where the follower is.
    public struct Follow: Hashable, Sendable, Decodable, JSONWritable {
        public var state: FollowState.State
        /// Whether a client has asked to hold the position.
        public var isPaused: Bool
        /// The newest position.
        public var position: Position
        /// What a hop costs lately, in milliseconds on the analysis thread.
        public var hopMilliseconds: Double

        public init(state: FollowState.State, isPaused: Bool, position: Position, hopMilliseconds: Double) {
            self.state = state
            self.isPaused = isPaused
            self.position = position
            self.hopMilliseconds = hopMilliseconds
        }

        enum CodingKeys: String, CodingKey {
            case state
            case isPaused = "paused"
            case position
            case hopMilliseconds = "hop_ms"
        }

        public func write(to writer: inout JSONWriter) {
            writer.beginObject()
            writer.member("state", state.rawValue)
            writer.member("paused", isPaused)
            writer.key("position")
            writer.beginObject()
            position.writeParameters(to: &writer)
            writer.endObject()
            writer.member("hop_ms", hopMilliseconds, decimals: 4)
            writer.endObject()
        }
    }
}
