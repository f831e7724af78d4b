import Following
import Scores

extension FollowingScore {
    /// Prepares a score with the sounds of its notes.
    ///
    /// Takes some 5 ms for each pitch of each instrument that the cache doesn't know, and next to nothing for the others.
    ///
    /// - Parameters:
    ///   - name: of the score, for messages.
    ///   - soundFont: see ``NoteSounds/named(_:)``.
    ///   - cache: nil to remember nothing.
    ///   - progress: called on this thread with the share that is done, 0...1. What it throws ends the work.
    /// - Throws: `FollowingError`, and what `progress` throws.
    public static func prepare(
        _ score: Score, name: String, soundFont: String? = nil, cache: TemplateCache? = TemplateCache(),
        progress: (Double) throws -> Void = { _ in }
    ) throws -> FollowingScore {
        try prepare(score, name: name, sounds: .named(soundFont), cache: cache, progress: progress)
    }

    /// Prepares a score with these sounds.
    public static func prepare(
        _ score: Score, name: String, sounds: NoteSounds, cache: TemplateCache?,
        progress: (Double) throws -> Void = { _ in }
    ) throws -> FollowingScore {
        // First, as it is quick to say that there are no notes.
        let bare = try FollowingScore(score, name: name)
        let notes = bare.events.lazy.flatMap(\.notes).map { index in
            NoteTemplates.Key(program: score.notes[index].program, pitch: score.notes[index].pitch)
        }
        let templates = try NoteTemplates(Set(notes), sounds: sounds, cache: cache, progress: progress)
        return try FollowingScore(score, name: name, templates: templates)
    }
}
