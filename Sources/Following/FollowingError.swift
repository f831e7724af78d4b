/// Why a score cannot be followed.
public enum FollowingError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The score has no pitched note.
    case noNotes(path: String)
    /// The sounds for the comparison could not be prepared.
    case noSounds(reason: String)
    /// The score has no such beat, measure or label.
    case noSuchPlace(String)

    public var description: String {
        switch self {
        case .noNotes(let path): "\(path) has no notes to follow: load a score with at least one pitched note"
        case .noSounds(let reason): "The sounds of the score cannot be prepared: \(reason)"
        case .noSuchPlace(let place): "The score has no \(place)"
        }
    }
}
