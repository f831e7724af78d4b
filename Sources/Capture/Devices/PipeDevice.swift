import Basics
import Glibc

/// Raw samples from a file descriptor, normally standard input.
///
/// Nothing is dropped: when the ring is full, the pipe isn't read and its writer waits. A recording is therefore
/// transcribed as fast as the analysis runs, and a live recorder must handle its own overruns.
final class PipeDevice: Device {
    private let format: StreamFormat
    private let descriptor: Int32
    private var tail: SilentTail
    private var atEnd = false
    private var failure: EndFailure?
    private var stop: WakeSignal?
    private var buffer: [UInt8]
    // Bytes at the front of the buffer that don't form a complete frame yet.
    private var leftover = 0

    private static let blockFrames = 1024

    init(format: StreamFormat, options: CaptureOptions) {
        self.format = format
        descriptor = options.inputDescriptor
        tail = SilentTail(samples: options.tailFrames, format: format)
        buffer = [UInt8](repeating: 0, count: Self.blockFrames * format.frameBytes)
    }

    func open(stop: WakeSignal) throws(DeviceFailure) -> OpenedDevice {
        self.stop = stop
        return OpenedDevice(format: format, name: "stdin", detail: "reading raw samples, \(format)")
    }

    func pump(into sink: CaptureSink) -> DeviceProgress {
        let room = sink.room
        guard room > 0 else {
            _ = stop?.wait(nanoseconds: 5_000_000)
            return .quiet
        }
        if atEnd {
            return tail.write(to: sink) > 0 ? .delivered : tail.isOver ? .ended(failure) : .quiet
        }
        guard waitForInput() else { return .quiet }
        let wanted = min(buffer.count, room * format.frameBytes) - leftover
        let start = leftover
        let count = buffer.withUnsafeMutableBytes { space in
            space.baseAddress.map { read(descriptor, $0 + start, wanted) } ?? 0
        }
        guard count > 0 else {
            if count < 0, errno == EINTR || errno == EAGAIN { return .quiet }
            if count < 0, errno == EBADF {
                failure = .unreadable("standard input is closed; redirect it, as in 'noted --source stdin < FILE'")
            } else if count < 0 {
                failure = .unreadable("cannot read standard input: \(errnoText(errno))")
            }
            atEnd = true
            return .quiet
        }
        let bytes = leftover + count
        let frames = bytes / format.frameBytes
        sink.write(buffer, count: frames, arrival: Clock.monotonic, latency: 0)
        leftover = bytes - frames * format.frameBytes
        let used = bytes - leftover
        for index in 0..<leftover { buffer[index] = buffer[used + index] }
        return frames > 0 ? .delivered : .quiet
    }

    func close() { stop = nil }

    private func waitForInput() -> Bool {
        guard let stop else { return false }
        return withUnsafeTemporaryAllocation(of: pollfd.self, capacity: 2) { entries in
            entries[0] = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            entries[1] = pollfd(fd: stop.descriptor, events: Int16(POLLIN), revents: 0)
            return poll(entries.baseAddress, 2, 200) > 0 && entries[0].revents != 0
        }
    }
}
