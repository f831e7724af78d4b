import Basics
import CPulse

/// The callbacks of a running stream: copies fragments to the sink.
///
/// Runs on the capture thread, inside `pa_mainloop_dispatch`. Doesn't allocate, lock or log.
final class PulseIntake {
    /// The destination of audio; nil outside `PulseDevice.pump`, when no audio can arrive.
    unowned(unsafe) var sink: CaptureSink?
    /// Set when audio arrived.
    var delivered = false
    /// Set when the server moved the stream.
    var moved = false
    /// The channels of the source that the server named last; 0 if unknown.
    private(set) var sourceChannels = 0
    private(set) var sourceMap = pa_channel_map()
    /// Whether the reply to a request for them is outstanding.
    private(set) var isAskingForSource = false
    /// Nanoseconds of audio that all buffers between the air and this process can hold. After a pause in reading, a
    /// server claims far more for about as long as the pause lasted.
    var latencyLimit: Int64 = 2_000_000_000
    private var suspended = false

    func reset() { (delivered, moved, suspended, isAskingForSource) = (false, false, false, false) }

    /// Requests the channels of a source of the server.
    ///
    /// - Parameter ask: sends the request, whose reply must go to `onSource` with this object as user data.
    func askForSource(_ ask: (UnsafeMutableRawPointer) -> OpaquePointer?) {
        sourceChannels = 0
        guard let operation = ask(Unmanaged.passUnretained(self).toOpaque()) else { return }
        isAskingForSource = true
        pa_operation_unref(operation)
    }

    static let onSource: pa_source_info_cb_t = { _, info, isLast, userdata in
        guard let userdata else { return }
        Unmanaged<PulseIntake>.fromOpaque(userdata)._withUnsafeGuaranteedRef { intake in
            if let info = info?.pointee, isLast == 0 {
                intake.sourceChannels = Int(info.sample_spec.channels)
                intake.sourceMap = info.channel_map
            } else {
                intake.isAskingForSource = false
            }
        }
    }

    static let onReadable: pa_stream_request_cb_t = { stream, _, userdata in
        guard let stream, let userdata else { return }
        Unmanaged<PulseIntake>.fromOpaque(userdata)._withUnsafeGuaranteedRef { $0.drain(stream) }
    }

    static let onSuspended: pa_stream_notify_cb_t = { stream, userdata in
        guard let stream, let userdata else { return }
        Unmanaged<PulseIntake>.fromOpaque(userdata)._withUnsafeGuaranteedRef {
            $0.note(suspended: pa_stream_is_suspended(stream) > 0)
        }
    }

    static let onMoved: pa_stream_notify_cb_t = { stream, userdata in
        guard let stream, let userdata else { return }
        Unmanaged<PulseIntake>.fromOpaque(userdata)._withUnsafeGuaranteedRef { intake in
            intake.moved = true
            // The new source may have other channels.
            intake.askForSource {
                pa_context_get_source_info_by_index(
                    pa_stream_get_context(stream), pa_stream_get_device_index(stream), PulseIntake.onSource, $0)
            }
        }
    }

    /// Takes every available fragment.
    private func drain(_ stream: OpaquePointer) {
        guard let sink else { return }
        while true {
            var data: UnsafeRawPointer?
            var size = 0
            guard pa_stream_peek(stream, &data, &size) >= 0, size > 0 else { return }
            let now = Clock.monotonic
            let count = size / sink.frameBytes
            if let data {
                sink.write(data, count: count, arrival: now, latency: age(of: count, in: stream))
                delivered = true
            } else {
                // A null pointer with a size is how libpulse reports a hole.
                sink.gap(frames: Int64(count), reason: .hole)
            }
            pa_stream_drop(stream)
        }
    }

    /// The age in nanoseconds of the last frame of the fragment at the read index. libpulse reports the age of the
    /// first.
    private func age(of count: Int, in stream: OpaquePointer) -> Int64 {
        var microseconds: pa_usec_t = 0
        var negative: Int32 = 0
        guard pa_stream_get_latency(stream, &microseconds, &negative) >= 0, negative == 0 else { return 0 }
        let first = min(Int64(truncatingIfNeeded: min(microseconds, 60_000_000)) &* 1000, latencyLimit)
        return max(0, first &- Int64(count) &* 1_000_000_000 / Int64(captureRate))
    }

    private func note(suspended flag: Bool) {
        guard flag != suspended, let sink else { return }
        suspended = flag
        sink.suspended(flag)
    }
}
