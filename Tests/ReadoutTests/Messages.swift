import Wire

/// Messages with default values for what a test does not check.
enum Messages {
    static func hello(epoch: Int = 1) -> ServerMessage {
        .hello(
            Hello(
                server: "noted 0.1.0", model: .init(name: "cnn-64", lookaheadMilliseconds: 185.76), source: "pulse",
                epoch: epoch))
    }

    /// With the sample of `time`, in an epoch that began at Unix time 0 unless `sample` says otherwise.
    static func on(
        _ note: Int, velocity: Int = 80, delay: Double = 200, time: Double = 0, expected: Bool? = nil,
        epoch: Int = 1, sample: Int64? = nil
    ) -> ServerMessage {
        .noteOn(
            NoteOn(
                epoch: epoch, sample: sample ?? Int64(time * 44_100), time: time, note: note, velocity: velocity,
                confidence: 0.9,
                delayMilliseconds: delay, expected: expected))
    }

    static func off(_ note: Int, duration: Double = 0.5, time: Double = 0) -> ServerMessage {
        .noteOff(NoteOff(epoch: 1, sample: 0, time: time, note: note, durationSeconds: duration))
    }

    static func source(_ state: SourceState.State, detail: String = "") -> ServerMessage {
        .sourceState(SourceState(state: state, source: "pulse:mic", detail: detail))
    }

    static let score = ScoreDescription(
        name: "prelude.mid", path: "/music/prelude.mid", title: "Prelude in C", composer: "Bach", beats: 140,
        durationSeconds: 131, measures: 35, firstMeasure: "1", lastMeasure: "35", events: 545, notes: 549,
        labels: ["A", "B"], method: "standard", repeats: "score-order")

    /// In 4/4.
    static func position(beat: Double, unit: Double = 1, sample: Int64 = 0, pass: Int = 1) -> ServerMessage {
        .position(
            Position(
                epoch: 1, sample: sample, time: 0, beat: beat, measure: Int(beat / 4) + 1,
                beatInMeasure: beat.truncatingRemainder(dividingBy: 4), scoreSeconds: beat, tempo: 66, confidence: 0.97,
                event: 7, beatUnit: unit, count: 1 + beat.truncatingRemainder(dividingBy: 4) / unit, pass: pass))
    }

    static func follow(_ state: FollowState.State) -> ServerMessage {
        .followState(FollowState(state: state, confidence: 0.97))
    }

    static func missed(_ note: Int, sample: Int64 = 0, measure: Int = 11) -> ServerMessage {
        .missed(Missed(epoch: 1, sample: sample, time: 0, note: note, beat: 44, measure: measure))
    }

    static func level(_ rms: Double, peak: Double) -> ServerMessage {
        .level(Level(epoch: 1, sample: 0, rms: rms, peak: peak))
    }
}
