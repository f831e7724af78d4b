/// One note of a performance or a transcription.
public struct Note: Hashable, Sendable {
    /// MIDI note number, 0...127.
    public var pitch: Int
    /// Seconds from the start of the audio or of the MIDI file.
    public var start: Double
    /// Key release time in seconds; the sound may ring on.
    public var end: Double
    /// MIDI velocity, 1...127.
    public var velocity: Int
    /// The transcriber's confidence, 0...1; 1 for notes that were not transcribed.
    public var confidence: Double
    /// 0-based General MIDI program (0 is the grand piano), if known.
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
