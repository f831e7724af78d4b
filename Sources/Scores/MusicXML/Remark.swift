extension MusicXMLPage {
    /// What was repaired, assumed or left out, of which a score may have many.
    enum Remark: CaseIterable {
        case silentCue
        case playedCue
        case shortenedMeasure
        case noteBeforeMeasure
        case noteWithoutDuration
        case negativeDuration
        case harmonic
        case beatRepeat

        func sentence(_ count: Int) -> String {
            func counted(_ one: String, _ many: String) -> String { "\(count) \(count == 1 ? one : many)" }
            return switch self {
            case .silentCue: counted("cue note is", "cue notes are") + " not played"
            case .playedCue:
                counted("cue note is", "cue notes are")
                    + " played, because this version of MuseScore wrote every small note as one"
            case .shortenedMeasure:
                counted("measure has", "measures have") + " the length of the time signature, which only rests exceed"
            case .noteBeforeMeasure:
                counted("note that was", "notes that were") + " placed before the measure begin with it"
            case .noteWithoutDuration: counted("note", "notes") + " without a duration were skipped"
            case .negativeDuration: counted("note", "notes") + " with a negative duration were skipped"
            case .harmonic:
                counted("note that shows", "notes that show")
                    + " only the fingering of an artificial harmonic \(count == 1 ? "is" : "are") not played"
            case .beatRepeat:
                counted("measure has", "measures have") + " signs for repeated beats, which are not played"
            }
        }
    }
}
