/// The silence that follows the end of a file or a pipe, in the format of what went before.
struct SilentTail {
    private let format: StreamFormat
    private let block: [UInt8]
    private var left: Int

    /// - Parameter samples: at 44.1 kHz.
    init(samples: Int, format: StreamFormat) {
        self.format = format
        left = max(0, Int((Double(samples) * Double(format.rate) / Double(captureRate)).rounded(.up)))
        // Unsigned samples are silent in the middle.
        block = [UInt8](repeating: format.sample == .u8 ? 0x80 : 0, count: 1024 * format.frameBytes)
    }

    var isOver: Bool { left == 0 }

    /// Writes as much as there is room for. - Returns: how many frames that was.
    mutating func write(to sink: CaptureSink, limit: Int = .max) -> Int {
        let count = min(left, limit, sink.room, 1024)
        guard count > 0 else { return 0 }
        sink.write(block, count: count, arrival: Clock.monotonic, latency: 0)
        left -= count
        return count
    }
}
