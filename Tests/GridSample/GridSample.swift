import Networks

/// A small network of convolutions over time and frequency that has every kind of step and stride, for tests.
public enum GridSampleNetwork {
    /// Samples: the filters' segment and twelve strides.
    public static let window = 2048 + 12 * 64
    public static let info = ModelInfo(
        name: "test", architecture: architecture, window: window, hop: 64, labelOffset: window / 2)
    public static let architecture = Architecture(
        conditioning: nil,
        layers: [
            .bank(
                FilterBank(
                    bands: 70, bandsPerOctave: 24, lowestHz: 220, segment: 2048, stride: 64, centre: 1024,
                    resolutions: [
                        .init(periods: 10, shortest: 256, longest: 2048),
                        .init(periods: 4, shortest: 128, longest: 512),
                    ])),
            .harmonics(shifts: [0, 24], bands: 48),
            .grid(GridConvolution(maps: 6, time: 1, bands: 5)), .relu,
            .grid(GridConvolution(maps: 8, time: 3, bands: 3, timeStep: 2, bandStride: 2)), .relu,
            .grid(GridConvolution(maps: 7, time: 1, bands: 3, bandStep: 12)),
            .grid(GridConvolution(maps: 5, time: 3, bands: 3, timeStep: 4)), .relu,
            .grid(GridConvolution(maps: 2, time: 1, bands: 1)), .notes(lowest: 45),
        ], heads: [.sounding, .onset])
}
