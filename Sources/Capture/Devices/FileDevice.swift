import Basics
import Sound

/// An audio file played in real time, followed by silence. The file is streamed, so memory doesn't grow with its
/// length.
///
/// The file is opened by the initializer, so that an unusable file is reported before anything runs. It is decoded on
/// the capture thread, which therefore has no real-time priority here.
final class FileDevice: Device {
    private let path: String
    private let reader: AudioFileReader
    private let speed: Double?
    private let fragmentFrames: Int
    private var tail: SilentTail
    private var failure: EndFailure?
    private var isRead = false
    /// What has been reported about the file so far.
    private var channels: ChannelReport
    private var reportedWarnings = 0
    private var stop: WakeSignal?
    private var openedAt: UInt64 = 0
    private var delivered: Int64 = 0
    private var block = [Float](repeating: 0, count: 2048)

    private static let format = StreamFormat(checked: .nativeFloat, rate: captureRate, channels: 1)

    /// - Throws: `CaptureError.file`.
    init(path: String, options: CaptureOptions) throws(CaptureError) {
        self.path = path
        do {
            reader = try AudioFileReader(path: path, rate: Double(captureRate), channel: options.channel)
        } catch {
            throw .file(error)
        }
        channels = reader.channels
        speed = options.fileSpeed.map { max(0.01, min($0, 1000)) }
        fragmentFrames = max(64, Int(options.fragment.seconds * Double(captureRate)))
        tail = SilentTail(samples: options.tailFrames, format: Self.format)
    }

    func open(stop: WakeSignal) throws(DeviceFailure) -> OpenedDevice {
        self.stop = stop
        openedAt = Clock.monotonic
        let pace = speed.map { $0 == 1 ? "in real time" : "at \($0) times normal speed" } ?? "as fast as possible"
        let shape = "\(Int(reader.sourceRate)) Hz, \(reader.sourceChannels) ch"
        reportedWarnings = reader.warnings.count
        return OpenedDevice(
            format: Self.format, name: "file:\(path)", detail: "playing \(shape) \(pace)", channels: channels,
            warnings: reader.warnings)
    }

    func pump(into sink: CaptureSink) -> DeviceProgress {
        if let remark = remark() { return .remark(remark) }
        let due = waitUntilDue(sink)
        guard due > 0 else { return .quiet }
        if isRead {
            delivered += Int64(tail.write(to: sink, limit: due))
            return tail.isOver ? .ended(failure) : .delivered
        }
        let count = read(due, sink)
        guard count > 0 else {
            isRead = true
            return .quiet
        }
        sink.write(block, count: count, arrival: Clock.monotonic, latency: 0)
        delivered += Int64(count)
        return .delivered
    }

    func close() { stop = nil }

    /// - Returns: the number of frames to deliver now; 0 if none are due yet.
    private func waitUntilDue(_ sink: CaptureSink) -> Int {
        guard let speed else {
            // Unpaced: nothing is lost, so wait for room.
            let room = min(sink.room, block.count)
            if room < fragmentFrames { _ = stop?.wait(nanoseconds: 1_000_000) }
            return room < fragmentFrames ? 0 : room
        }
        let perSecond = Double(captureRate) * speed
        let elapsed = Double(Clock.monotonic &- openedAt) * 1e-9
        let due = elapsed * perSecond - Double(delivered)
        guard due < Double(fragmentFrames) else { return Int(min(due, Double(block.count))) }
        let wait = (Double(fragmentFrames) - due) / perSecond
        _ = stop?.wait(nanoseconds: UInt64(min(wait, 0.2) * 1e9))
        return 0
    }

    /// What the reader has noticed since the last call; nil if nothing.
    private func remark() -> DeviceRemark? {
        if reader.channels != channels {
            channels = reader.channels
            return .channels(channels)
        }
        guard reader.warnings.count > reportedWarnings else { return nil }
        reportedWarnings += 1
        return .warning(reader.warnings[reportedWarnings - 1])
    }

    /// Reads samples into the block. The reader reports damage once it has read everything that is sound.
    private func read(_ count: Int, _ sink: CaptureSink) -> Int {
        let before = reader.unusableCount
        defer { sink.replaced(reader.unusableCount - before) }
        do {
            return try block.withUnsafeMutableBufferPointer { space throws(SoundError) in
                var span = UnsafeMutableBufferPointer(rebasing: space.prefix(count)).mutableSpan
                return try reader.read(into: &span)
            }
        } catch {
            failure = .damaged(error.description)
            return 0
        }
    }
}

/// The silence appended to a file or a pipe, in the same format.
struct SilentTail {
    private let format: StreamFormat
    private let block: [UInt8]
    private var remaining: Int

    /// - Parameter samples: at 44.1 kHz.
    init(samples: Int, format: StreamFormat) {
        self.format = format
        remaining = max(0, Int((Double(samples) * Double(format.rate) / Double(captureRate)).rounded(.up)))
        // The zero of unsigned samples is mid-scale.
        block = [UInt8](repeating: format.sample == .u8 ? 0x80 : 0, count: 1024 * format.frameBytes)
    }

    var isOver: Bool { remaining == 0 }

    /// Writes as much as there is room for.
    ///
    /// - Returns: the number of frames written.
    mutating func write(to sink: CaptureSink, limit: Int = .max) -> Int {
        let count = min(remaining, limit, sink.room, 1024)
        guard count > 0 else { return 0 }
        sink.write(block, count: count, arrival: Clock.monotonic, latency: 0)
        remaining -= count
        return count
    }
}
