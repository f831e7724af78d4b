/// One sounding note of a performance or a transcription.
public struct Note: Hashable, Sendable {
    /// MIDI note number, 0...127.
    public var pitch: Int
    /// Seconds from the start of the audio or of the MIDI file.
    public var start: Double
    /// Seconds; the moment the key is released, not the moment the sound has died away.
    public var end: Double
    /// MIDI velocity, 1...127.
    public var velocity: Int
    /// How sure a transcriber is of this note, 0...1; 1 for notes that are given.
    public var confidence: Double
    /// General MIDI program, 0-based (0 is the grand piano), where it is known.
    public var program: Int?

    public init(
        pitch: Int, start: Double, end: Double, velocity: Int = 64, confidence: Double = 1, program: Int? = nil
    ) {
        self.pitch = pitch
        self.start = start
        self.end = end
        self.velocity = velocity
        self.confidence = confidence
        self.program = program
    }
}
