import Basics
import CPulse
import Sound

/// A recording stream of a PulseAudio (or PipeWire) server, using the asynchronous API with a main loop that the
/// capture thread runs itself.
///
/// The server is asked for 32-bit float at 44.1 kHz, in fragments of about 10 ms, with a buffer of one second on its
/// side. The channels are the source's own, because a mix by the server would hide channels that cancel each other. If
/// the server moves the stream to a source with other channels, the stream is reopened there. Every `open` creates a
/// new context, because a failed one cannot be reused.
///
/// libpulse itself may allocate and lock inside `pa_mainloop_*` (packets of the control connection, memory blocks). The
/// callbacks of this class don't.
final class PulseDevice: Device {
    private let server: String?
    private let source: String?
    private let fragment: Duration
    private let buffer: Duration
    /// The most channels to record.
    private let channelLimit: Int
    /// Channels of the open stream.
    private var channels = 1
    /// The source to which the server moved the last stream, for the next one.
    private var successor: String?

    private var loop: OpaquePointer?
    private var context: OpaquePointer?
    private var stream: OpaquePointer?
    private var stopEvent: OpaquePointer?
    private let intake = PulseIntake()

    /// - Parameters:
    ///   - server: nil for `$PULSE_SERVER` or the configured one.
    ///   - source: nil for the default source, which the server may change.
    ///   - channel: which channels are analysed.
    init(
        server: String?, source: String?, fragment: Duration, buffer: Duration, channel: ChannelChoice = .automatic
    ) {
        self.server = server
        self.source = source
        self.fragment = fragment
        self.buffer = buffer
        var wanted = 0
        if case .channel(let number) = channel { wanted = number }
        channelLimit = min(max(Self.usualChannelLimit, wanted), Int(PA_CHANNELS_MAX))
    }

    deinit { close() }

    func open(stop: WakeSignal) throws(DeviceFailure) -> OpenedDevice {
        close()
        guard let loop = pa_mainloop_new() else {
            throw .waiting("libpulse could not create a main loop: out of memory")
        }
        self.loop = loop
        let interface = pa_mainloop_get_api(loop)
        // Ends a poll when capture must stop. The descriptor stays readable, so the callback has nothing to do.
        stopEvent = interface?.pointee.io_new(interface, stop.descriptor, PA_IO_EVENT_INPUT, { _, _, _, _, _ in }, nil)
        try connect(interface, stop: stop)
        try record(stop: stop)
        let name = streamName()
        return OpenedDevice(
            format: StreamFormat(checked: .nativeFloat, rate: captureRate, channels: channels),
            name: "pulse:\(name)", detail: "recording from \(name)\(fragmentText())")
    }

    func pump(into sink: CaptureSink) -> DeviceProgress {
        guard let loop, let stream else { return .lost(.waiting("the stream is not open")) }
        intake.sink = sink
        intake.delivered = false
        defer { intake.sink = nil }
        var status = pa_mainloop_prepare(loop, 200_000)
        if status >= 0 { status = pa_mainloop_poll(loop) }
        if status >= 0 { status = pa_mainloop_dispatch(loop) }
        guard status >= 0, pa_stream_get_state(stream) == PA_STREAM_READY else {
            return .lost(.waiting("the stream from \(target) ended: \(problem())"))
        }
        if intake.moved, !intake.isAskingForSource {
            intake.moved = false
            if intake.sourceChannels > 0, min(intake.sourceChannels, channelLimit) != channels {
                let name = streamName()
                successor = name
                let detail = "the sound server moved the stream to \(name), which has other channels: reopening it"
                return .lost(.waiting(detail))
            }
            return .moved("pulse:\(streamName())")
        }
        return intake.delivered ? .delivered : .quiet
    }

    func close() {
        if let stream {
            pa_stream_set_state_callback(stream, nil, nil)
            pa_stream_set_read_callback(stream, nil, nil)
            pa_stream_set_suspended_callback(stream, nil, nil)
            pa_stream_set_moved_callback(stream, nil, nil)
            pa_stream_disconnect(stream)
            pa_stream_unref(stream)
        }
        if let context {
            pa_context_disconnect(context)
            pa_context_unref(context)
        }
        if let loop {
            if let stopEvent { pa_mainloop_get_api(loop)?.pointee.io_free(stopEvent) }
            pa_mainloop_free(loop)
        }
        (loop, context, stream, stopEvent) = (nil, nil, nil, nil)
    }

    private var target: String { source.map { "the PulseAudio source '\($0)'" } ?? "the default PulseAudio source" }

    private func problem() -> String {
        guard let context else { return "not connected" }
        return String(cString: pa_strerror(pa_context_errno(context)))
    }

    private func streamName() -> String {
        guard let stream, let name = pa_stream_get_device_name(stream) else { return source ?? "default" }
        return String(cString: name)
    }

    private func fragmentText() -> String {
        guard let stream, let attributes = pa_stream_get_buffer_attr(stream) else { return "" }
        let rate = Double(captureRate * 4 * channels)
        let fragment = Int((Double(attributes.pointee.fragsize) / rate * 1000).rounded())
        return " in fragments of \(fragment) ms"
    }

    private func connect(_ interface: UnsafeMutablePointer<pa_mainloop_api>?, stop: WakeSignal) throws(DeviceFailure) {
        guard let context = pa_context_new(interface, "noted") else {
            throw .waiting("libpulse could not create a context: out of memory")
        }
        self.context = context
        let place = server.map { "at \($0)" } ?? "at the default address"
        guard pa_context_connect(context, server, PA_CONTEXT_NOAUTOSPAWN, nil) >= 0 else {
            throw .waiting("no PulseAudio server responds \(place): \(problem()); is one running for this user?")
        }
        let isConnected = iterate(stop: stop) {
            switch pa_context_get_state(context) {
            case PA_CONTEXT_READY: true
            case PA_CONTEXT_FAILED, PA_CONTEXT_TERMINATED: false
            default: nil
            }
        }
        guard isConnected == true else {
            let code = pa_context_errno(context)
            if isConnected == false, code == PA_ERR_ACCESS.rawValue || code == PA_ERR_AUTHKEY.rawValue {
                throw .failed(
                    "the PulseAudio server \(place) denies access: \(problem()); run as the user of the session")
            }
            let reason = isConnected == nil ? "no response in \(Self.timeout / 1_000_000_000) s" : problem()
            throw .waiting("no PulseAudio server responds \(place): \(reason); is one running for this user?")
        }
    }

    /// Channels that are recorded of a source that has more, unless the configuration names a later one.
    private static let usualChannelLimit = 8

    /// Asks the server for the channels of the source to be recorded. A source that it doesn't know has none, which is
    /// reported when the stream is connected.
    private func findChannels(of target: String?, stop: WakeSignal) -> pa_channel_map {
        let name = target ?? "@DEFAULT_SOURCE@"
        intake.askForSource { pa_context_get_source_info_by_name(context, name, PulseIntake.onSource, $0) }
        _ = iterate(stop: stop) {
            guard intake.isAskingForSource else { return true }
            return pa_context_get_state(context) == PA_CONTEXT_READY ? nil : false
        }
        var map = pa_channel_map()
        guard intake.sourceChannels > 0 else {
            pa_channel_map_init_mono(&map)
            return map
        }
        map = intake.sourceMap
        map.channels = UInt8(min(intake.sourceChannels, channelLimit))
        return map
    }

    private func record(stop: WakeSignal) throws(DeviceFailure) {
        intake.reset()
        let wanted = source ?? successor
        successor = nil
        var map = findChannels(of: wanted, stop: stop)
        channels = Int(map.channels)
        var specification = pa_sample_spec(
            format: SampleFormat.nativeFloat == .f32le ? PA_SAMPLE_FLOAT32LE : PA_SAMPLE_FLOAT32BE,
            rate: UInt32(captureRate), channels: map.channels)
        guard let stream = pa_stream_new(context, "live transcription", &specification, &map) else {
            throw .waiting("the PulseAudio server could not create a stream: \(problem())")
        }
        self.stream = stream
        // The server's buffer for this stream, plus half a second for the source's own.
        intake.latencyLimit = Int64(clamping: buffer.nanoseconds) + 500_000_000
        let userdata = Unmanaged.passUnretained(intake).toOpaque()
        pa_stream_set_read_callback(stream, PulseIntake.onReadable, userdata)
        pa_stream_set_suspended_callback(stream, PulseIntake.onSuspended, userdata)
        pa_stream_set_moved_callback(stream, PulseIntake.onMoved, userdata)

        let unspecified = UInt32.max
        var attributes = pa_buffer_attr(
            maxlength: bytes(buffer), tlength: unspecified, prebuf: unspecified, minreq: unspecified,
            fragsize: bytes(fragment))
        var flags =
            PA_STREAM_ADJUST_LATENCY.rawValue | PA_STREAM_AUTO_TIMING_UPDATE.rawValue
            | PA_STREAM_INTERPOLATE_TIMING.rawValue
        // The server must not mix the channels beyond the limit into the others.
        if intake.sourceChannels > channels { flags |= PA_STREAM_NO_REMIX_CHANNELS.rawValue }
        // A user who named a source doesn't want another one.
        if source != nil { flags |= PA_STREAM_DONT_MOVE.rawValue }
        let started = pa_stream_connect_record(stream, wanted, &attributes, pa_stream_flags_t(rawValue: flags))
        let ready =
            started < 0
            ? false
            : iterate(stop: stop) {
                switch pa_stream_get_state(stream) {
                case PA_STREAM_READY: true
                case PA_STREAM_FAILED, PA_STREAM_TERMINATED: false
                default: nil
                }
            }
        guard ready != true else { return }
        let missing = ready == false && pa_context_errno(context) == PA_ERR_NOENTITY.rawValue
        if missing, let source {
            throw .failed("the PulseAudio server has no source '\(source)'; `noted --list-sources` lists the sources")
        }
        if missing { throw .waiting("the PulseAudio server has no source to record from; connect one") }
        throw .waiting("cannot record from \(target): \(ready == nil ? "no response" : problem())")
    }

    private func bytes(_ length: Duration) -> UInt32 {
        UInt32(min(max(length.seconds, 0.001), 60) * Double(captureRate)) * 4 * UInt32(channels)
    }

    /// Nanoseconds that the server has to respond.
    private static let timeout: UInt64 = 5_000_000_000

    /// Runs the loop until `outcome` returns a value.
    ///
    /// - Returns: nil if the time is up or capture must stop.
    private func iterate(stop: WakeSignal, until outcome: () -> Bool?) -> Bool? {
        let deadline = Clock.monotonic + Self.timeout
        while true {
            if let result = outcome() { return result }
            let now = Clock.monotonic
            guard now < deadline, !stop.isRaised else { return nil }
            guard pa_mainloop_prepare(loop, Int32((deadline - now) / 1000) + 1) >= 0, pa_mainloop_poll(loop) >= 0,
                pa_mainloop_dispatch(loop) >= 0
            else { return nil }
        }
    }
}
