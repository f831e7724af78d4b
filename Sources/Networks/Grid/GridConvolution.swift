/// A learned convolution over time and frequency, as one layer.
///
/// In time only whole overlaps count, so positions become fewer; in frequency the input is taken to be silent beyond its ends, so that bands
/// stay as many, or as many as there are strides in them. Weights `[time, bands, inputMaps, maps]`, bias `[maps]`.
public struct GridConvolution: Equatable, Sendable {
    /// Maps of the output.
    public var maps: Int
    /// Positions and bands that each output sees.
    public var time: Int
    public var bands: Int
    /// Positions, and bands, from one that it sees to the next.
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

    /// Positions between the oldest and the newest one that an output sees.
    public var reach: Int { (time - 1) * timeStep }
    /// Bands between the lowest and the highest one that an output sees.
    var spread: Int { (bands - 1) * bandStep }
    /// Silent bands that are added below and above an input of `inputBands`.
    public var padBelow: Int { max(0, (spread + 1 - bandStride) / 2) }
    public func padAbove(_ inputBands: Int) -> Int {
        max(0, (inputBands / bandStride - 1) * bandStride + spread + 1 - padBelow - inputBands)
    }

    func output(for input: LayerShape) -> LayerShape? {
        guard (1...4096).contains(maps), (1...1024).contains(time), (1...1024).contains(bands),
            (1...1024).contains(timeStep), (1...1024).contains(bandStep), (1...64).contains(bandStride),
            input.positions > reach, input.bands % bandStride == 0
        else { return nil }
        return LayerShape(
            positions: input.positions - reach, channels: input.bands / bandStride * maps,
            bands: input.bands / bandStride)
    }
}
