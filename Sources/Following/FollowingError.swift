/// Why a score can't be followed.
public enum FollowingError: Error, Equatable, Sendable, CustomStringConvertible {
    /// There is no pitched note in it.
    case noNotes(path: String)
    /// The sounds that the score is compared with could not be made.
    case noSounds(reason: String)
    /// There is no such beat, measure or label.
    case noSuchPlace(String)

    public var description: String {
        switch self {
        case .noNotes(let path): "\(path) has no notes to follow: load a score with at least one pitched note"
        case .noSounds(let reason): "The score's sounds can't be made: \(reason)"
        case .noSuchPlace(let place): "The score has no \(place)"
        }
    }
}
