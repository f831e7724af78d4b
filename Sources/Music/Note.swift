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

/// MIDI note numbers and their names: 0...127, A4 = 69 = 440 Hz, middle C = C4 = 60.
public enum Pitch {
    /// Valid MIDI note numbers.
    public static let range = 0...127

    private static let names = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"]

    /// Scientific pitch notation with sharps, such as "A4" or "C#5"; note 0 is "C-1".
    public static func name(_ note: Int) -> String {
        let octave = Int((Double(note) / 12).rounded(.down)) - 1
        return names[((note % 12) + 12) % 12] + String(octave)
    }
}
