import Basics
import CLinux
import Glibc
import Sound
import Synchronization

/// The capture thread: opens a device, takes its audio, and reopens it after a loss, until it is stopped.
///
/// A pthread, not a task, with all signals blocked but the one that limits its real-time priority. While a stream is
/// open it only waits in the device's own loop and writes to the sink. Strings (`CaptureNotice`) are created only when
/// a device is opened, moved or lost.
final class CaptureThread: @unchecked Sendable {
    let records = ByteRing(minimumCapacity: 4096 * CaptureRecord.size)
    let tally = CaptureTally()
    /// Raised for the reader when `records` has something new.
    let wake: WakeSignal
    private let stopSignal: WakeSignal
    private let realTime: Bool
    private let ringSeconds: Double
    // Used only by the capture thread once it runs.
    private let device: any Device
    // Written by the thread that starts this one, and by the one that joins it.
    private let handle = Mutex<pthread_t?>(nil)

    /// - Parameter ringSeconds: the capacity of the audio ring, in seconds.
    init(device: any Device, realTime: Bool, ringSeconds: Double) throws(CaptureError) {
        wake = try WakeSignal()
        stopSignal = try WakeSignal()
        self.device = device
        self.realTime = realTime
        self.ringSeconds = ringSeconds
    }

    deinit {
        // Unread notices still own themselves.
        var record = CaptureRecord(.gap)
        while records.read(into: &record, count: CaptureRecord.size) {
            if record.kind == .notice { _ = CaptureThread.notice(in: record) }
        }
    }

    func start() throws(CaptureError) {
        var blocked = sigset_t()
        var previous = sigset_t()
        sigfillset(&blocked)
        // See `RealTime`.
        sigdelset(&blocked, SIGXCPU)
        // A new thread inherits the mask of its creator.
        pthread_sigmask(SIG_SETMASK, &blocked, &previous)
        defer { pthread_sigmask(SIG_SETMASK, &previous, nil) }
        var thread = pthread_t()
        let context = Unmanaged.passRetained(self).toOpaque()
        let code = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<CaptureThread>.fromOpaque(context).takeRetainedValue().run()
                return nil
            }, context)
        guard code == 0 else {
            Unmanaged<CaptureThread>.fromOpaque(context).release()
            throw .system(operation: "start the capture thread", errno: code)
        }
        let started = thread
        handle.withLock { $0 = started }
    }

    /// Ends the thread and waits for it, which may take as long as one call of the sound system. May be called on any
    /// thread but the capture thread.
    func stop() {
        stopSignal.raise()
        let thread = handle.withLock { handle in
            defer { handle = nil }
            return handle
        }
        if let thread { pthread_join(thread, nil) }
    }

    /// Called by the reader: takes ownership of the notice that a record carries. Once per record.
    static func notice(in record: CaptureRecord) -> CaptureNotice? {
        UnsafeRawPointer(bitPattern: Int(record.payload))
            .map { Unmanaged<CaptureNotice>.fromOpaque($0).takeRetainedValue() }
    }

    private func run() {
        clinux_name_thread("capture")
        clinux_request_short_slices()
        var reconnection = Reconnection(seed: Clock.monotonic)
        var sink: CaptureSink?
        while !stopSignal.isRaised {
            switch reconnection.action(at: Clock.monotonic) {
            case .wait(let nanoseconds):
                _ = stopSignal.wait(nanoseconds: nanoseconds)
            case .attempt:
                sink = open()
                reconnection.handle(sink == nil ? .failed : .opened, at: Clock.monotonic)
            case .stream:
                guard let open = sink else {
                    reconnection.handle(.lost, at: Clock.monotonic)
                    continue
                }
                let progress = device.pump(into: open)
                switch progress {
                case .quiet: break
                case .delivered: reconnection.handle(.delivered, at: Clock.monotonic)
                case .moved(let name): post(.moved(name: name, detail: "the sound server moved the stream here"))
                case .remark(let remark): post(.remark(remark))
                case .lost(let failure):
                    close()
                    sink = nil
                    post(.closed(failure.state, detail: failure.detail))
                    reconnection.handle(.lost, at: Clock.monotonic)
                case .ended(let failure):
                    close()
                    post(.ended(failure))
                    _ = stopSignal.wait(nanoseconds: .max / 4)
                }
            }
        }
        close()
    }

    private func open() -> CaptureSink? {
        do {
            let opened = try device.open(stop: stopSignal)
            let sink = CaptureSink(
                format: opened.format, seconds: ringSeconds, records: records, wake: wake, tally: tally)
            post(.opened(opened, sink.audio))
            // Only now, because opening the device and touching its ring take time, and only a running stream needs
            // priority.
            requestPriority()
            return sink
        } catch {
            close()
            post(.closed(error.state, detail: error.detail))
            return nil
        }
    }

    /// Gives up the priority, then closes the device, which may block.
    private func close() {
        if realTime {
            RealTime.release()
            tally.released()
        }
        device.close()
    }

    private func requestPriority() {
        guard realTime else { return }
        tally.requested(by: clinux_gettid(), RealTime.request())
    }

    private func post(_ content: CaptureNotice.Content) {
        let notice = Unmanaged.passRetained(CaptureNotice(content))
        var record = CaptureRecord(.notice, payload: Int64(Int(bitPattern: notice.toOpaque())))
        // If the reader has fallen thousands of records behind, wait until it catches up.
        while !records.write(&record, count: CaptureRecord.size) {
            guard !stopSignal.wait(nanoseconds: 10_000_000) else {
                notice.release()
                return
            }
        }
        wake.raise()
    }
}
