import Following
import Scores

extension FollowingScore {
    /// Prepares a score with the sounds of its notes.
    ///
    /// Takes about 5 ms for each pitch of each instrument that is not in the cache, and hardly any time for the others.
    ///
    /// - Parameters:
    ///   - name: the name of the score, for messages.
    ///   - soundFont: see ``NoteSounds/named(_:)``.
    ///   - cache: nil to store nothing.
    ///   - progress: called on this thread with the completed share, 0...1. Its errors end the work.
    /// - Throws: `FollowingError`, and the errors of `progress`.
    public static func prepare(
        _ score: Score, name: String, soundFont: String? = nil, cache: TemplateCache? = TemplateCache(),
        progress: (Double) throws -> Void = { _ in }
    ) throws -> FollowingScore {
        try prepare(score, name: name, sounds: .named(soundFont), cache: cache, progress: progress)
    }

    /// Prepares a score with the given sounds.
    public static func prepare(
        _ score: Score, name: String, sounds: NoteSounds, cache: TemplateCache?,
        progress: (Double) throws -> Void = { _ in }
    ) throws -> FollowingScore {
        // This checks quickly that the score has notes.
        let bare = try FollowingScore(score, name: name)
        let notes = bare.events.lazy.flatMap(\.notes).map { index in
            NoteTemplates.Key(program: score.notes[index].program, pitch: score.notes[index].pitch)
        }
        let templates = try NoteTemplates(Set(notes), sounds: sounds, cache: cache, progress: progress)
        return try FollowingScore(score, name: name, templates: templates)
    }
}
