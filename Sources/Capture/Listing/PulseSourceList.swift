import Basics
import CPulse

/// The sources of a PulseAudio server.
enum PulseSourceList {
    /// Nanoseconds that the server has to respond.
    private static let timeout: UInt64 = 2_000_000_000

    /// Collects the results of libpulse's callbacks.
    private final class Results {
        var sources: [SourceDescription] = []
        var defaultName = ""
    }

    static func all(server: String?) -> [SourceDescription] {
        guard let loop = pa_mainloop_new() else { return [note("libpulse is out of memory")] }
        defer { pa_mainloop_free(loop) }
        guard let context = pa_context_new(pa_mainloop_get_api(loop), "noted") else {
            return [note("libpulse is out of memory")]
        }
        defer {
            pa_context_disconnect(context)
            pa_context_unref(context)
        }
        let deadline = Clock.monotonic + timeout
        var isUp = pa_context_connect(context, server, PA_CONTEXT_NOAUTOSPAWN, nil) >= 0
        while isUp, pa_context_get_state(context) != PA_CONTEXT_READY {
            let state = pa_context_get_state(context)
            isUp = state != PA_CONTEXT_FAILED && state != PA_CONTEXT_TERMINATED && iterate(loop, until: deadline)
        }
        guard isUp else {
            let reason = String(cString: pa_strerror(pa_context_errno(context)))
            return [note("no PulseAudio server responds (\(reason))")]
        }
        let results = Results()
        let userdata = Unmanaged.passUnretained(results).toOpaque()
        let operations = [
            pa_context_get_server_info(context, PulseSourceList.onServer, userdata),
            pa_context_get_source_info_list(context, PulseSourceList.onSource, userdata),
        ].compactMap { $0 }
        defer {
            for operation in operations {
                // A late callback must not use the freed results.
                pa_operation_cancel(operation)
                pa_operation_unref(operation)
            }
        }
        while operations.contains(where: { pa_operation_get_state($0) == PA_OPERATION_RUNNING }) {
            guard iterate(loop, until: deadline) else { return [note("the PulseAudio server doesn't respond")] }
        }
        guard !results.sources.isEmpty else { return [note("the PulseAudio server has no source")] }
        return results.sources.map { source in
            var source = source
            source.isDefault = source.spec == "pulse:\(results.defaultName)"
            return source
        }
    }

    private static func note(_ text: String) -> SourceDescription {
        SourceDescription(kind: .note, spec: "", description: text)
    }

    private static let onServer: pa_server_info_cb_t = { _, info, userdata in
        guard let name = info?.pointee.default_source_name, let userdata else { return }
        Unmanaged<Results>.fromOpaque(userdata).takeUnretainedValue().defaultName = String(cString: name)
    }

    private static let onSource: pa_source_info_cb_t = { _, info, isLast, userdata in
        guard isLast == 0, let info = info?.pointee, let name = info.name, let userdata else { return }
        let title = info.description.map { String(cString: $0) } ?? ""
        let shape = "\(info.sample_spec.rate) Hz, \(info.sample_spec.channels) ch"
        Unmanaged<Results>.fromOpaque(userdata).takeUnretainedValue().sources.append(
            SourceDescription(
                kind: info.monitor_of_sink == UInt32.max ? .input : .monitor, spec: "pulse:\(String(cString: name))",
                description: "\(title) (\(shape))"))
    }

    /// - Returns: false if the time is up or the connection is lost.
    private static func iterate(_ loop: OpaquePointer, until deadline: UInt64) -> Bool {
        let now = Clock.monotonic
        guard now < deadline else { return false }
        return pa_mainloop_prepare(loop, Int32((deadline - now) / 1000) + 1) >= 0 && pa_mainloop_poll(loop) >= 0
            && pa_mainloop_dispatch(loop) >= 0
    }
}
