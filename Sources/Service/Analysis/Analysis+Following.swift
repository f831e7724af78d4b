import Following
import Wire

// What the analysis does beside transcribing: it follows the score that is loaded.
extension Analysis {
    /// Follows `loaded` from now on, from its beginning, in the place of what was followed before; nil follows nothing.
    ///
    /// - Returns: what was followed before, for the caller to free where time doesn't matter.
    @discardableResult
    func replaceScore(_ loaded: LoadedScore?) -> LiveFollowing? {
        let previous = following
        following = loaded.map(LiveFollowing.init)
        tellModel()
        state.score = loaded?.description
        state.follow = nil
        state.followSeconds = 0
        if loaded != nil { state.scores += 1 }
        publish(.score(ScoreState(score: loaded?.description)))
        if let following {
            publish(.followState(following.state))
            tell(following)
        }
        store()
        return previous
    }

    /// Does what a client asks of the follower.
    ///
    /// - Returns: the place that is followed from now on, for requests that name one.
    func steer(_ request: FollowRequest) throws(ResponseError) -> ScorePosition? {
        guard let following else { throw .noScore }
        defer { store() }
        switch request {
        case .pause:
            following.pause()
            state.follow?.isPaused = true
            return nil
        case .resume:
            following.resume()
            state.follow?.isPaused = false
            return nil
        case .start:
            following.resume()
            return goTo(0, following)
        case .goTo(let place):
            return goTo(try following.beat(of: place), following)
        }
    }

    /// Tells the follower which model hears the notes.
    func tellModel() {
        let info = transcriber.info
        following?.setModel(lookahead: info.lookaheadMilliseconds / 1000, pitches: info.notes)
    }

    /// Follows a hop, before the notes that it brought about are told; nil without a score.
    func follow(_ hop: Span<Float>) -> LiveFollowing.Outcome? {
        guard let following else { return nil }
        let before = Clocks.nanoseconds
        let outcome = following.process(hop, endingAt: state.sample)
        let seconds = Double(Clocks.nanoseconds &- before) * 1e-9
        state.followSeconds += (seconds - state.followSeconds) / Self.costSpan
        return outcome
    }

    /// Tells clients what following a hop has brought about.
    func publish(_ outcome: LiveFollowing.Outcome) {
        guard let following else { return }
        if let jump = following.report.jump {
            state.jumps += 1
            publish(.jump(Jump(fromBeat: jump.fromBeat, toBeat: jump.toBeat)))
        }
        following.forEachMissed { note, measure, sample in
            state.missedNotes += 1
            publish(
                .missed(
                    Missed(
                        epoch: state.epoch, sample: sample, time: airTime(sample), note: note.pitch, beat: note.beat,
                        measure: measure)))
        }
        if outcome.newState != nil { publish(.followState(following.state)) }
        if outcome.hasPosition { tell(following) }
    }

    /// Counts a heard note by whether the score has it.
    func count(_ expected: Bool?) {
        guard let expected else { return }
        if expected { state.expectedNotes += 1 } else { state.unexpectedNotes += 1 }
    }

    /// Hops that the mean cost of following is taken over.
    private static let costSpan = 86.0

    private func goTo(_ beat: Double, _ following: LiveFollowing) -> ScorePosition {
        state.jumps += 1
        publish(.jump(following.goTo(beat: beat)))
        tell(following)
        return following.place(atBeat: beat)
    }

    private func tell(_ following: LiveFollowing) {
        let position = following.position(epoch: state.epoch, sample: state.sample, time: airTime(state.sample))
        state.follow = FollowReading(
            state: following.state.state, isPaused: following.isPaused, position: position)
        // Whoever connects later is told from the state.
        if hub.isWanted(.position) { publish(.position(position)) }
    }
}
