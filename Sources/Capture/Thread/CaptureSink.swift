import Sound

/// Receives the frames of one open device: the hot end of capture.
///
/// `write`, `gap` and `suspended` allocate nothing, take no lock, and are called only by the capture thread. Frames
/// that don't fit are counted, and reported as a gap before the next frames that do.
final class CaptureSink {
    let audio: ByteRing
    let frameBytes: Int
    private let records: ByteRing
    private let wake: WakeSignal
    private let tally: CaptureTally
    private var dropped: Int64 = 0
    private var quiet: QuietWake

    // The same objects for the hot path, without reference counting.
    private let hotAudio: Unmanaged<ByteRing>
    private let hotRecords: Unmanaged<ByteRing>
    private let hotTally: Unmanaged<CaptureTally>

    /// Bytes of the record ring that audio leaves free for gaps and notices.
    private let reserve = 64 * CaptureRecord.size

    init(format: StreamFormat, seconds: Double, records: ByteRing, wake: WakeSignal, tally: CaptureTally) {
        frameBytes = format.frameBytes
        audio = ByteRing(minimumCapacity: Int(seconds * Double(format.rate)) * format.frameBytes)
        quiet = QuietWake(format)
        self.records = records
        self.wake = wake
        self.tally = tally
        hotAudio = .passUnretained(audio)
        hotRecords = .passUnretained(records)
        hotTally = .passUnretained(tally)
    }

    /// The number of frames that fit now.
    var room: Int {
        @_noAllocation @_noLocks get {
            guard hotRecords._withUnsafeGuaranteedRef({ $0.writableCount }) > reserve + CaptureRecord.size else {
                return 0
            }
            return hotAudio._withUnsafeGuaranteedRef { $0.writableCount } / frameBytes
        }
    }

    /// Hands over frames and wakes the reader, unless it rests and the frames are quiet.
    ///
    /// - Parameters:
    ///   - frames: `count` whole frames.
    ///   - arrival: monotonic nanoseconds at which they arrived.
    ///   - latency: the age of the last frame at that moment, in nanoseconds.
    func write(_ frames: UnsafeRawPointer, count: Int, arrival: UInt64, latency: Int64) {
        put(frames, count: count, arrival: arrival, latency: latency)
        let power = hotTally._withUnsafeGuaranteedRef { $0.restingBelow }
        if quiet.wakes(for: frames, count: count, restingBelow: power) { wake.raise() }
    }

    @_noAllocation @_noLocks
    private func put(_ frames: UnsafeRawPointer, count: Int, arrival: UInt64, latency: Int64) {
        guard count > 0 else { return }
        hotTally._withUnsafeGuaranteedRef { $0.received(frames: count, latency: latency) }
        guard room >= count else {
            dropped &+= Int64(count)
            return
        }
        if dropped > 0 {
            send(CaptureRecord(.gap, reason: .ringFull, frames: dropped))
            dropped = 0
        }
        let bytes = count &* frameBytes
        guard hotAudio._withUnsafeGuaranteedRef({ $0.write(frames, count: bytes) }) else { return }
        send(CaptureRecord(.audio, frames: Int64(count), arrival: arrival, payload: latency))
    }

    /// Reports that `frames` frames are missing; if negative, the clock determines how many.
    @_noAllocation @_noLocks
    func gap(frames: Int64, reason: CaptureRecord.Reason) { send(CaptureRecord(.gap, reason: reason, frames: frames)) }

    /// The device resumed after an overrun.
    @_noAllocation @_noLocks
    func recovered() { hotTally._withUnsafeGuaranteedRef { $0.recovered() } }

    /// Records that `count` samples were not finite and have been replaced by 0.
    @_noAllocation @_noLocks
    func replaced(_ count: Int) { hotTally._withUnsafeGuaranteedRef { $0.replaced(count) } }

    /// Reports that the device was suspended or resumed, and wakes the reader.
    func suspended(_ flag: Bool) {
        send(CaptureRecord(.suspended, frames: flag ? 1 : 0))
        wake.raise()
    }

    /// Sends a record, using the reserve if necessary. In the unlikely case that the reserve is exhausted, the record
    /// is lost.
    @_noAllocation @_noLocks
    private func send(_ record: CaptureRecord) {
        var record = record
        _ = hotRecords._withUnsafeGuaranteedRef { $0.write(&record, count: CaptureRecord.size) }
    }
}
