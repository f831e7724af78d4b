import Capture
import Transcription
import Wire

/// Turns the results of the analysis into messages for clients, with epoch, sample and time from the timeline.
final class Announcer {
    private let hub: Hub

    init(_ hub: Hub) { self.hub = hub }

    /// Whether a client is subscribed to activations.
    var wantsActivations: Bool { hub.isWanted(.activations) }

    /// Whether a client is subscribed to levels.
    var wantsLevels: Bool { hub.isWanted(.level) }

    func publish(_ message: ServerMessage) { hub.publish(Publication(message)) }

    /// Publishes a position if a client is subscribed to positions.
    func publish(_ position: Position) {
        if hub.isWanted(.position) { publish(.position(position)) }
    }

    /// Publishes the beginning or the end of a note.
    ///
    /// - Parameters:
    ///   - expected: whether the score contains the note here; nil if unknown.
    ///   - arrival: CLOCK_MONOTONIC nanoseconds at which the audio behind the event arrived.
    func publish(_ event: NoteEvent, expected: Bool?, arrival: UInt64?, _ timeline: Timeline) {
        switch event {
        case .on(let note):
            let sample = timeline.modelStart + note.sample
            hub.publish(
                Publication(
                    .noteOn(
                        Wire.NoteOn(
                            epoch: timeline.epoch, sample: sample, time: timeline.airTime(of: sample), note: note.pitch,
                            velocity: note.velocity, confidence: note.confidence, delayMilliseconds: 0,
                            expected: expected)),
                    arrival: arrival, air: timeline.monotonicAirTime(of: sample)))
        case .off(let note):
            let sample = timeline.modelStart + note.sample
            publish(
                .noteOff(
                    Wire.NoteOff(
                        epoch: timeline.epoch, sample: sample, time: timeline.airTime(of: sample), note: note.pitch,
                        durationSeconds: Double(note.sample - note.onsetSample) / Double(captureRate))))
        }
    }

    /// Publishes the follower's result of a hop, except for the position.
    func publish(_ outcome: LiveFollowing.Outcome, _ following: ScoreFollowing, _ timeline: Timeline) {
        if let jump = outcome.jump { publish(.jump(jump)) }
        following.forEachMissed(timeline) { note, measure, sample in
            publish(
                .missed(
                    Missed(
                        epoch: timeline.epoch, sample: sample, time: timeline.airTime(of: sample), note: note.pitch,
                        beat: note.beat, measure: measure)))
        }
        if outcome.hasNewState, let state = following.state { publish(.followState(state)) }
    }

    /// Publishes levels and activations if a client is subscribed to them.
    func publishPictures(_ transcription: NoteTranscription, _ timeline: Timeline) {
        if let level = transcription.meteredLevel, hub.isWanted(.level) {
            publish(
                .level(
                    Level(epoch: timeline.epoch, sample: timeline.sample, rms: level.rmsDBFS, peak: level.peakDBFS)))
        }
        let label = timeline.modelStart + transcription.transcriber.labelSample
        // A network that has rested needs a few hops after the first subscription.
        if label >= 0, wantsActivations, transcription.transcriber.hasPosteriors {
            let epoch = timeline.epoch
            publish(
                .activations(
                    transcription.transcriber.withSounding {
                        Activations(epoch: epoch, sample: label, posteriors: $0)
                    }))
        }
    }
}

extension Wire.SourceState {
    init(_ status: SourceStatus) {
        let state: State =
            switch status.state {
            case .waiting: .waiting
            case .running: .running
            case .stalled: .stalled
            case .failed: .failed
            }
        self.init(
            state: state, source: status.name, detail: status.detail, channels: status.channels?.count,
            channel: status.channels?.used, areCancelling: status.channels?.areCancelling,
            warnings: status.allWarnings.isEmpty ? nil : status.allWarnings)
    }
}
