import Sound

/// Turns device frames into hops of 512 mono samples at 44.1 kHz, and keeps track of which device frame each sample is.
///
/// Belongs to the reader. Allocates on creation, and at the start of an epoch if the rate must be converted.
struct HopAssembler: ~Copyable {
    let format: StreamFormat
    /// Device frames taken since the epoch began.
    private(set) var framesTaken: Int64 = 0
    /// Samples returned in hops since the epoch began.
    private(set) var samplesTaken: Int64 = 0
    /// The largest number of frames taken at once.
    let blockFrames: Int

    private let decoder: SampleDecoder
    private var mixer: ChannelMixer
    private var resampler: Resampler
    private var raw: [UInt8]
    private var interleaved: [Float]
    private var mono: [Float]
    private var converted: [Float]
    // Samples at 44.1 kHz of an incomplete hop.
    private var queue: [Float]
    private var queued = 0
    private var drained = false

    /// - Parameter channel: which channels are analysed.
    init(format: StreamFormat, channel: ChannelChoice = .automatic) throws(SoundError) {
        self.format = format
        decoder = SampleDecoder(format: format)
        mixer = ChannelMixer(channels: format.channels, rate: Double(format.rate), choice: channel)
        resampler = try Resampler(inputRate: Double(format.rate), outputRate: Double(captureRate), quality: .live)
        // About 5 ms: larger blocks would delay the hops.
        blockFrames = min(1024, max(32, format.rate / 200))
        raw = [UInt8](repeating: 0, count: blockFrames * format.frameBytes)
        interleaved = [Float](repeating: 0, count: blockFrames * format.channels)
        mono = [Float](repeating: 0, count: blockFrames)
        converted = [Float](repeating: 0, count: resampler.outputCapacity(forInput: blockFrames))
        queue = [Float](repeating: 0, count: hopSize + converted.count)
    }

    /// Which channels are analysed, and why.
    var channels: ChannelReport { mixer.report }

    var hasHop: Bool { queued >= hopSize }

    /// Samples collected for an incomplete hop.
    var partial: Int { queued }

    /// Begins a new epoch: discards everything but the format.
    mutating func restart() {
        resampler.reset()
        (framesTaken, samplesTaken, queued, drained) = (0, 0, 0, false)
    }

    /// Appends frames from the ring: at most `frames` and `blockFrames`, and only while no hop is complete.
    ///
    /// - Returns: the number of frames taken, and the number of non-finite samples in them.
    mutating func append(from ring: ByteRing, frames: Int) -> (frames: Int, nonFinite: Int) {
        let count = min(frames, blockFrames)
        guard !hasHop, count > 0, ring.read(into: &raw, count: count * format.frameBytes) else { return (0, 0) }
        let nonFinite = decoder.decode(raw, count: count, into: &interleaved)
        mixer.mix(interleaved, frames: count, into: &mono)
        framesTaken += Int64(count)
        convert(count)
        return (count, nonFinite)
    }

    private mutating func convert(_ count: Int) {
        enqueue(Self.convert(mono, count, by: &resampler, into: &converted))
    }

    private mutating func enqueue(_ count: Int) {
        for index in 0..<count { queue[queued + index] = converted[index] }
        queued += count
    }

    // Static, because overlapping accesses to two properties aren't allowed. A count of 0 marks the end of the input.
    private static func convert(
        _ input: [Float], _ count: Int, by resampler: inout Resampler, into output: inout [Float]
    ) -> Int {
        var output = output.mutableSpan
        guard count > 0 else { return resampler.finish(into: &output) }
        return resampler.process(input.span.extracting(first: count), into: &output).produced
    }

    /// Ends the input: makes the next hop from what remains in the resampler, and pads the last one with zeros. To be
    /// called until ``hasHop`` stays false.
    mutating func finish() {
        while !hasHop, !drained {
            let produced = Self.convert(mono, 0, by: &resampler, into: &converted)
            enqueue(produced)
            drained = produced == 0
        }
        guard queued > 0, !hasHop else { return }
        for index in queued..<hopSize { queue[index] = 0 }
        queued = hopSize
    }

    /// Moves the oldest hop to the front of `hop`, which must have room for it.
    ///
    /// - Returns: the distance in device frames from the hop's last sample to the newest frame taken.
    mutating func take(into hop: inout MutableSpan<Float>) -> Double {
        for index in 0..<min(hopSize, hop.count) { hop[index] = queue[index] }
        queued -= hopSize
        for index in 0..<queued { queue[index] = queue[hopSize + index] }
        samplesTaken += Int64(hopSize)
        return Double(framesTaken) - Double(samplesTaken) * Double(format.rate) / Double(captureRate)
    }
}
