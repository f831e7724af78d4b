/// A layer that is a learned convolution over time and frequency.
///
/// Time is not padded, so the output has fewer positions. Frequency is padded with silence, so the output has as many
/// bands as the input, divided by `bandStride`. Weights `[time, bands, inputMaps, maps]`, bias `[maps]`.
public struct GridConvolution: Equatable, Sendable {
    /// Output maps.
    public var maps: Int
    /// The kernel size in positions and bands.
    public var time: Int
    public var bands: Int
    /// The dilation in positions and bands.
    public var timeStep: Int
    public var bandStep: Int
    /// Input bands from one output band to the next.
    public var bandStride: Int

    public init(maps: Int, time: Int, bands: Int, timeStep: Int = 1, bandStep: Int = 1, bandStride: Int = 1) {
        self.maps = maps
        self.time = time
        self.bands = bands
        self.timeStep = timeStep
        self.bandStep = bandStep
        self.bandStride = bandStride
    }

    /// Positions from the oldest to the newest kernel tap.
    public var reach: Int { (time - 1) * timeStep }
    /// Bands from the lowest to the highest kernel tap.
    var spread: Int { (bands - 1) * bandStep }
    /// Silent bands added below an input; ``padAbove(_:)`` gives those above an input of `inputBands`.
    public var padBelow: Int { max(0, (spread + 1 - bandStride) / 2) }
    public func padAbove(_ inputBands: Int) -> Int {
        max(0, (inputBands / bandStride - 1) * bandStride + spread + 1 - padBelow - inputBands)
    }

    func output(for input: LayerShape) -> LayerShape? {
        guard (1...4096).contains(maps), (1...1024).contains(time), (1...1024).contains(bands),
            (1...1024).contains(timeStep), (1...1024).contains(bandStep), (1...64).contains(bandStride),
            input.positions > reach, input.bands % bandStride == 0
        else { return nil }
        // A wide kernel pads every position with many silent bands.
        let padded = (padBelow + input.bands + padAbove(input.bands)) * input.maps
        guard padded <= Layer.countLimit / input.positions else { return nil }
        return LayerShape(
            positions: input.positions - reach, channels: input.bands / bandStride * maps,
            bands: input.bands / bandStride)
    }
}
