import Wire

/// Messages with what a test doesn't care about filled in.
enum Messages {
    static func hello(epoch: Int = 1) -> ServerMessage {
        .hello(
            Hello(
                server: "noted 0.1.0", model: .init(name: "cnn-64", lookaheadMilliseconds: 185.76), source: "pulse",
                epoch: epoch))
    }

    static func on(_ note: Int, velocity: Int = 80, delay: Double = 200, time: Double = 0) -> ServerMessage {
        .noteOn(
            NoteOn(
                epoch: 1, sample: 0, time: time, note: note, velocity: velocity, confidence: 0.9,
                delayMilliseconds: delay))
    }

    static func off(_ note: Int, duration: Double = 0.5, time: Double = 0) -> ServerMessage {
        .noteOff(NoteOff(epoch: 1, sample: 0, time: time, note: note, durationSeconds: duration))
    }

    static func source(_ state: SourceState.State, detail: String = "") -> ServerMessage {
        .sourceState(SourceState(state: state, source: "pulse:mic", detail: detail))
    }

    static func level(_ rms: Double, peak: Double) -> ServerMessage {
        .level(Level(epoch: 1, sample: 0, rms: rms, peak: peak))
    }
}
