import Basics
import CALSA
import Glibc

/// Any ALSA capture PCM, read in periods of about 10 ms by a poll loop.
///
/// The PCM keeps its own format and rate where possible; the reader converts them. Overruns and suspends are recovered
/// from and reported as gaps. A PCM that is gone must be reopened.
final class ALSADevice: Device {
    private let name: String
    private let options: CaptureOptions

    private var pcm: OpaquePointer?
    private var stop: WakeSignal?
    private var format = StreamFormat.standardInput
    // Room for a few periods.
    private var buffer: UnsafeMutableRawPointer?
    private var bufferFrames = 0
    // The PCM's descriptors, followed by the stop signal's.
    private var entries: UnsafeMutablePointer<pollfd>?
    private var entryCount = 0
    private var pacer = Pacer(rate: captureRate, buffer: 0, isUnclocked: false, at: 0)
    private var latencyLimit = 0
    private var lastAudio: UInt64 = 0
    private var suspended = false

    /// Nanoseconds without audio after which the PCM is reopened, because some drivers never report that they are
    /// wedged.
    private static let wedgedAfter: UInt64 = 10_000_000_000

    init(pcm name: String, options: CaptureOptions) {
        self.name = name
        self.options = options
    }

    deinit { close() }

    func open(stop: WakeSignal) throws(DeviceFailure) -> OpenedDevice {
        close()
        calsa_be_quiet()
        var handle: OpaquePointer?
        let code = snd_pcm_open(&handle, name, SND_PCM_STREAM_CAPTURE, Int32(SND_PCM_NONBLOCK))
        guard code >= 0, let handle else { throw openFailure(-code) }
        pcm = handle
        let parameters = try ALSAParameters(pcm: handle, name: name, options: options)
        format = parameters.format
        bufferFrames = max(parameters.period * 2, 256)
        buffer = .allocate(byteCount: bufferFrames * format.frameBytes, alignment: 64)
        let count = max(0, Int(snd_pcm_poll_descriptors_count(handle)))
        let entries = UnsafeMutablePointer<pollfd>.allocate(capacity: count + 1)
        entries.initialize(repeating: pollfd(), count: count + 1)
        (self.entries, entryCount, self.stop) = (entries, count, stop)
        guard snd_pcm_start(handle) >= 0 else { throw .waiting("the ALSA PCM '\(name)' could not be started") }
        suspended = false
        lastAudio = Clock.monotonic
        // A file PCM may be backed by a device with a clock, which the pacer detects.
        pacer = Pacer(
            rate: format.rate, buffer: parameters.buffer, isUnclocked: snd_pcm_type(handle) == SND_PCM_TYPE_NULL,
            at: lastAudio)
        latencyLimit = parameters.buffer + format.rate / 2
        let milliseconds = { (frames: Int) in frames * 1000 / parameters.format.rate }
        return OpenedDevice(
            format: format, name: "alsa:\(name)",
            detail: "recording \(format) in periods of \(milliseconds(parameters.period)) ms, "
                + "buffer \(milliseconds(parameters.buffer)) ms")
    }

    func pump(into sink: CaptureSink) -> DeviceProgress {
        guard let pcm, let entries, let stop else { return .lost(.waiting("the ALSA PCM '\(name)' is not open")) }
        guard pacer.mayRead(at: Clock.monotonic) else {
            _ = stop.wait(nanoseconds: 10_000_000)
            return .quiet
        }
        let count = Int(snd_pcm_poll_descriptors(pcm, entries, UInt32(entryCount)))
        entries[max(0, count)] = pollfd(fd: stop.descriptor, events: Int16(POLLIN), revents: 0)
        let isReady = poll(entries, UInt(max(0, count) + 1), 200) > 0
        var events: UInt16 = 0
        if isReady, count > 0 { snd_pcm_poll_descriptors_revents(pcm, entries, UInt32(count), &events) }
        // Read even if there was no event: when its server dies, the pulse plugin reports none, and only a read fails.
        let progress = read(pcm, into: sink)
        guard case .quiet = progress else { return progress }
        guard Clock.monotonic &- lastAudio < Self.wedgedAfter else {
            return .lost(.waiting("the ALSA PCM '\(name)' delivered no audio for 10 s"))
        }
        // An event without audio would recur at once, and this thread must not spin.
        if isReady { _ = stop.wait(nanoseconds: 2_000_000) }
        return .quiet
    }

    func close() {
        if let pcm { snd_pcm_close(pcm) }
        buffer?.deallocate()
        entries?.deallocate()
        (pcm, buffer, entries, stop) = (nil, nil, nil, nil)
    }

    /// Takes the audio that is available.
    private func read(_ pcm: OpaquePointer, into sink: CaptureSink) -> DeviceProgress {
        guard let buffer else { return .quiet }
        var delivered = false
        // Bounded, because a device without a clock always has audio.
        for _ in 0..<64 where pacer.mayRead(at: Clock.monotonic) {
            let count = snd_pcm_readi(pcm, buffer, snd_pcm_uframes_t(bufferFrames))
            guard count > 0 else {
                if count == 0 || count == -Int(EAGAIN) || count == -Int(EINTR) { break }
                return recover(pcm, Int32(-count), sink)
            }
            let now = Clock.monotonic
            var pending: snd_pcm_sframes_t = 0
            // Frames not read yet are younger than those just read, so their duration is the age of the latter.
            if snd_pcm_delay(pcm, &pending) < 0 { pending = 0 }
            // At most what the buffer and the hardware's own queue can hold.
            let latency = Int64(max(0, min(pending, latencyLimit))) * 1_000_000_000 / Int64(format.rate)
            sink.write(buffer, count: count, arrival: now, latency: latency)
            pacer.delivered(count, at: now)
            lastAudio = now
            delivered = true
        }
        return delivered ? .delivered : .quiet
    }

    private func recover(_ pcm: OpaquePointer, _ code: Int32, _ sink: CaptureSink) -> DeviceProgress {
        switch code {
        case EPIPE:
            sink.gap(frames: -1, reason: .overrun)
        case ESTRPIPE:
            if !suspended { sink.suspended(true) }
            suspended = true
            let outcome = snd_pcm_resume(pcm)
            guard outcome != -EAGAIN else {
                _ = stop?.wait(nanoseconds: 100_000_000)
                return .quiet
            }
        default:
            return .lost(.waiting("the ALSA PCM '\(name)' was lost: \(errnoText(code)); is it plugged in?"))
        }
        // A resumed stream may be running already.
        if snd_pcm_state(pcm) != SND_PCM_STATE_RUNNING {
            guard snd_pcm_prepare(pcm) >= 0, snd_pcm_start(pcm) >= 0 else {
                return .lost(.waiting("the ALSA PCM '\(name)' could not be restarted after an overrun"))
            }
        }
        if suspended { sink.suspended(false) }
        suspended = false
        sink.recovered()
        return .quiet
    }

    private func openFailure(_ code: Int32) -> DeviceFailure {
        switch code {
        case ENOENT where !isDefined:
            .failed("ALSA has no PCM '\(name)'; `noted --list-sources` lists the sources")
        case EACCES, EPERM:
            .failed("this user may not open the ALSA PCM '\(name)'; add it to the group 'audio'")
        case EBUSY:
            .waiting(
                "the ALSA PCM '\(name)' is in use by another program; close it, or use a shared PCM such as 'default'"
            )
        default:
            .waiting("cannot open the ALSA PCM '\(name)': \(errnoText(code)); is it plugged in?")
        }
    }

    /// Whether ALSA's configuration defines the name, in which case only its device can be missing.
    private var isDefined: Bool {
        var top: OpaquePointer?
        guard snd_config_update_ref(&top) >= 0, let top else { return false }
        defer { snd_config_unref(top) }
        let base = name.prefix { $0 != ":" }
        var node: OpaquePointer?
        return snd_config_search(top, "pcm.\(base)", &node) >= 0
    }
}
