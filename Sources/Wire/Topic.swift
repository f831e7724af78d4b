/// What a client can subscribe to. Every client starts with `initial`.
///
/// `hello`, `resync`, `discontinuity` and `bye` belong to no topic: they reach every client, since whoever misses
/// them draws wrong conclusions.
public enum Topic: String, CaseIterable, Hashable, Sendable, Codable {
    /// `note_on`, `note_off` and `missed`.
    case notes
    /// `position` and `jump`.
    case position
    /// `source_state`, `score`, `follow_state` and `overload`.
    case state
    /// `level`, about ten times a second.
    case level
    /// `activations`, for every hop.
    case activations

    /// What a client gets without asking, so that `socat` alone makes a useful client.
    public static let initial: Set<Topic> = [.notes, .position, .state]
}
