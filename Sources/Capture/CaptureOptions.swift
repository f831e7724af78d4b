/// How capture is to be done. The defaults are right for live music; tests change them.
public struct CaptureOptions: Sendable {
    /// How much sound a device should hand over at a time. Smaller is earlier and costs more wake-ups.
    public var fragment: Duration = .milliseconds(10)
    /// How much sound the sound server may hold back for a process that does not read.
    public var serverBuffer: Duration = .seconds(1)
    /// How far the analysis may fall behind before the oldest sound is dropped for the newest.
    public var maximumBacklog: Duration = .seconds(1)
    /// How long an open stream may be silent before it is called stalled.
    public var stallAfter: Duration = .milliseconds(750)
    /// Whether to ask for real-time scheduling of the capture thread (never asked for files and pipes).
    public var realTime: Bool = true
    /// Shape of the samples on standard input, unless the specification says it.
    public var standardInput: StreamFormat = .standardInput
    /// The file descriptor that stands for standard input. It is not closed.
    public var inputDescriptor: Int32 = 0
    /// How fast a file is played: 1 is real time; nil is as fast as it is read, without ever dropping anything.
    public var fileSpeed: Double? = 1
    /// Silence played after the end of a file or a pipe, in samples at 44.1 kHz, so that a model that looks ahead can speak of
    /// the last sound. One window by default.
    public var tailFrames: Int = 16_384
    /// The sample format to ask an ALSA device for; nil tries the best first.
    public var alsaFormat: SampleFormat? = nil
    /// The PulseAudio server to use; nil follows `$PULSE_SERVER` and the client configuration.
    public var pulseServer: String? = nil

    public init() {}
}
