/// What is known of a note at the moment it is published, of which its confidence is made.
public struct NoteEvidence: Equatable, Sendable {
    /// How a note began.
    public enum Beginning: Sendable {
        /// Out of silence, by an onset, or without an onset head by its sounding posterior.
        case fresh
        /// While its pitch sounded already.
        case repeated
        /// By its sounding posterior although there is an onset head, which didn't speak for it.
        case late
    }

    /// The height of the onset's posterior, without an onset head of the sounding one, 0...1.
    public var height: Double
    /// MIDI velocity, 1...127: what is soft beside what else sounds is more often wrong.
    public var velocity: Int
    public var beginning: Beginning

    public init(height: Double, velocity: Int = 64, beginning: Beginning = .fresh) {
        self.height = height
        self.velocity = velocity
        self.beginning = beginning
    }
}
