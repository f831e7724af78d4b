import Sound

/// Options of capture. The defaults suit live music; tests change them.
public struct CaptureOptions: Sendable {
    /// The amount of audio that a device should deliver at a time. A smaller fragment arrives earlier and costs more
    /// wake-ups.
    public var fragment: Duration = .milliseconds(10)
    /// The amount of audio that the sound server may buffer for a process that doesn't read.
    public var serverBuffer: Duration = .seconds(1)
    /// How far the analysis may fall behind before old audio is dropped in favour of the newest.
    public var maximumBacklog: Duration = .seconds(1)
    /// How long an open stream may deliver nothing before it counts as stalled.
    public var stallAfter: Duration = .milliseconds(750)
    /// Whether to request real-time scheduling for the capture thread. It is never requested for files and pipes.
    public var realTime: Bool = true
    /// The sample format of standard input, unless the source specification gives it.
    public var standardInput: StreamFormat = .standardInput
    /// The file descriptor that is read as standard input. It is not closed.
    public var inputDescriptor: Int32 = 0
    /// The speed at which a file is played: 1 is real time; nil is as fast as it is read, and nothing is ever dropped.
    public var fileSpeed: Double? = 1
    /// Silence appended to a file or a pipe, in samples at 44.1 kHz, so that a model with lookahead can analyse the
    /// last audio. One window by default.
    public var tailFrames: Int = 16_384
    /// The sample format to request from an ALSA device; nil tries the best first.
    public var alsaFormat: SampleFormat? = nil
    /// Which channels of the source are analysed.
    public var channel: ChannelChoice = .automatic
    /// The PulseAudio server to use; nil follows `$PULSE_SERVER` and the client configuration.
    public var pulseServer: String? = nil

    public init() {}
}
