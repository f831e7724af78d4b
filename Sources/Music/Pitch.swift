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
