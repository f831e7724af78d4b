/// MusicNet's names of note values.
///
/// A duration is named after the nearest value in the list; halfway between two values, the longer one is used.
/// Durations above 4.5 beats have no name, which MusicNet writes as "Unknown". These rules reproduce the names of all
/// 13,589 labels of MusicNet's test recordings (in quarter notes, ignoring which of two equally near values was
/// chosen). The listed names that do not occur there (triplet sixteenths and thirty-seconds, sixty-fourths) follow the
/// pattern of the others.
public enum NoteValue {
    /// Beats and name, in descending order.
    static let names: [(beats: Double, name: String)] = [
        (4, "Whole"), (3, "Dotted Half"), (2, "Half"), (1.5, "Dotted Quarter"), (1.25, "Tied Quarter-Sixteenth"),
        (1, "Quarter"), (0.75, "Dotted Eighth"), (0.5, "Eighth"), (0.375, "Dotted Sixteenth"), (1.0 / 3, "Triplet"),
        (0.25, "Sixteenth"), (1.0 / 6, "Triplet Sixteenth"), (0.125, "Thirty Second"),
        (1.0 / 12, "Triplet Thirty Second"), (0.0625, "Sixty Fourth"), (1.0 / 24, "Triplet Sixty Fourth"),
    ]

    /// The name of a duration in beats; nil above 4.5 beats and for 0 or less.
    public static func name(ofBeats beats: Double) -> String? {
        guard beats > 0, beats <= 4.5 + 1e-6 else { return nil }
        for index in 1..<names.count where beats > (names[index - 1].beats + names[index].beats) / 2 - 1e-6 {
            return names[index - 1].name
        }
        return names.last?.name
    }
}
