import Networks
import Sound

/// Reads windows of an audio file in the order of their starts, in one pass and in constant memory.
///
/// Samples before and after the file are zero. With a level conditioning, each sample has the gain that it would have
/// if the file were streamed from its beginning.
struct WindowReader {
    private let reader: AudioFileReader
    private let starts: [Int]
    private let length: Int
    private let hop: Int
    private var conditioner: LevelConditioner?
    private var next = 0
    /// The file's samples from index `base` on.
    private var buffer: [Float] = []
    private var base = 0
    /// The number of samples read at once, a multiple of the hop.
    private let blockLength: Int
    private var hasEnded = false

    /// - Parameters:
    ///   - starts: the first sample of each window, in ascending order; may be negative.
    ///   - length: the number of samples in a window.
    ///   - hop: the number of samples after which the gain changes.
    init(path: String, starts: [Int], length: Int, conditioning: LevelConditioning?, hop: Int) throws(SoundError) {
        reader = try AudioFileReader(path: path, rate: Double(PaperProtocol.sampleRate))
        self.starts = starts
        self.length = length
        self.hop = hop
        conditioner = conditioning.map { LevelConditioner($0, hop: hop, sampleRate: PaperProtocol.sampleRate) }
        blockLength = max(1, (1 << 15) / hop) * hop
    }

    /// The number of samples in a file at 44.1 kHz, from its header or, if the header has none, by reading the file.
    static func sampleCount(path: String) throws(SoundError) -> Int {
        let reader = try AudioFileReader(path: path, rate: Double(PaperProtocol.sampleRate))
        if let count = reader.expectedCount { return count }
        var block = [Float](repeating: 0, count: 1 << 16)
        while true {
            var span = block.mutableSpan
            if try reader.read(into: &span) == 0 { return reader.count }
        }
    }

    /// Writes the next window to `output` at `offset`. Returns false if there is none, or if it starts after the file
    /// ends.
    mutating func next(into output: inout [Float], at offset: Int) throws(SoundError) -> Bool {
        guard next < starts.count else { return false }
        let start = starts[next]
        drop(before: start)
        while !hasEnded, base + buffer.count < start + length {
            try readBlock()
            drop(before: start)
        }
        guard start < base + buffer.count else { return false }
        for index in 0..<length {
            let position = start + index - base
            output[offset + index] = buffer.indices.contains(position) ? buffer[position] : 0
        }
        next += 1
        return true
    }

    private mutating func drop(before start: Int) {
        let count = min(max(0, start - base), buffer.count)
        buffer.removeFirst(count)
        base += count
    }

    private mutating func readBlock() throws(SoundError) {
        var block = [Float](repeating: 0, count: blockLength)
        var span = block.mutableSpan
        let count = try reader.read(into: &span)
        hasEnded = count == 0
        if conditioner != nil {
            for start in stride(from: 0, to: count, by: hop) {
                var part = span._mutatingExtracting(start..<min(start + hop, count))
                conditioner?.process(&part)
            }
        }
        buffer += block[..<count]
    }
}
