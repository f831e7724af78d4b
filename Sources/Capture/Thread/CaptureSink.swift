import Sound

/// Where the capture thread puts the frames of one opened device: the hot end of capture.
///
/// `write`, `gap` and `suspended` allocate nothing and take no lock, and are called by the capture thread alone. Frames that find no
/// room are counted and reported as a gap before the next ones that do.
final class CaptureSink {
    let audio: ByteRing
    let frameBytes: Int
    private let records: ByteRing
    private let wake: WakeSignal
    private let tally: CaptureTally
    private var dropped: Int64 = 0

    // The same objects, for the hot path: reached without touching their reference counts.
    private let hotAudio: Unmanaged<ByteRing>
    private let hotRecords: Unmanaged<ByteRing>
    private let hotTally: Unmanaged<CaptureTally>

    /// Room in the ring of records that sound leaves for gaps and notices.
    private let reserve = 64 * CaptureRecord.size

    init(format: StreamFormat, seconds: Double, records: ByteRing, wake: WakeSignal, tally: CaptureTally) {
        frameBytes = format.frameBytes
        audio = ByteRing(minimumCapacity: Int(seconds * Double(format.rate)) * format.frameBytes)
        self.records = records
        self.wake = wake
        self.tally = tally
        hotAudio = .passUnretained(audio)
        hotRecords = .passUnretained(records)
        hotTally = .passUnretained(tally)
    }

    /// How many frames fit now.
    var room: Int {
        @_noAllocation @_noLocks get {
            guard hotRecords._withUnsafeGuaranteedRef({ $0.writableCount }) > reserve + CaptureRecord.size else {
                return 0
            }
            return hotAudio._withUnsafeGuaranteedRef { $0.writableCount } / frameBytes
        }
    }

    /// Hands over frames, and wakes the reader.
    /// - Parameters:
    ///   - frames: `count` whole frames.
    ///   - arrival: monotonic nanoseconds at which they got here.
    ///   - latency: nanoseconds that the last of them is old by then.
    func write(_ frames: UnsafeRawPointer, count: Int, arrival: UInt64, latency: Int64) {
        put(frames, count: count, arrival: arrival, latency: latency)
        wake.raise()
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
        send(CaptureRecord(.sound, frames: Int64(count), arrival: arrival, payload: latency))
    }

    /// Reports that audio is missing: so many frames, or as many as the clock shows if negative.
    @_noAllocation @_noLocks
    func gap(frames: Int64, reason: CaptureRecord.Reason) { send(CaptureRecord(.gap, reason: reason, frames: frames)) }

    /// The device goes on after an overrun.
    @_noAllocation @_noLocks
    func recovered() { hotTally._withUnsafeGuaranteedRef { $0.recovered() } }

    /// So many samples were no numbers, and have been made 0.
    @_noAllocation @_noLocks
    func replaced(_ count: Int) { hotTally._withUnsafeGuaranteedRef { $0.replaced(count) } }

    /// Says that the device has been suspended, or goes on; and wakes the reader.
    func suspended(_ flag: Bool) {
        send(CaptureRecord(.suspended, frames: flag ? 1 : 0))
        wake.raise()
    }

    /// The reserve is for these, and they are few: should it be used up all the same, one is lost.
    @_noAllocation @_noLocks
    private func send(_ record: CaptureRecord) {
        var record = record
        _ = hotRecords._withUnsafeGuaranteedRef { $0.write(&record, count: CaptureRecord.size) }
    }
}
