import Foundation

/// A layer of fixed band-pass filters evenly spaced in log-frequency, with logarithmic compression.
///
/// Each output map analyses every band with its own window lengths: long windows separate adjacent notes, short ones
/// locate onsets. The output of a band is `scale * log(1 + power / floor)`, where a sine of amplitude A at the band's
/// centre has power A^2; silence gives 0.
public struct FilterBank: Equatable, Codable, Sendable {
    /// One resolution: Hann windows of `periods` periods of the band's frequency, limited to `shortest...longest`
    /// samples.
    public struct Resolution: Equatable, Codable, Sendable {
        public var periods: Double
        public var shortest: Int
        public var longest: Int

        public init(periods: Double, shortest: Int, longest: Int) {
            self.periods = periods
            self.shortest = shortest
            self.longest = longest
        }

        /// The window length, in samples, of a band at `frequency` cycles per sample; even.
        func width(at frequency: Double) -> Int {
            min(max(Int((periods / frequency / 2).rounded()) * 2, shortest), longest)
        }
    }

    /// The number of bands, lowest first, and their density.
    public var bands: Int
    public var bandsPerOctave: Int
    /// The frequency of the lowest band and the intended sample rate, in hertz.
    public var lowestHz: Double
    public var sampleRate: Double
    /// Samples per position, and samples from one position to the next.
    public var segment: Int
    public var stride: Int
    /// The sample of the segment at which windows are centred. A window that would reach beyond the segment's end is
    /// moved earlier to end there.
    public var centre: Int
    /// One entry per output map.
    public var resolutions: [Resolution]
    /// The power that counts as silence, and the factor of the logarithm.
    public var floor: Double
    public var scale: Double

    public init(
        bands: Int = 324, bandsPerOctave: Int = 36, lowestHz: Double = 26.9756, sampleRate: Double = 44_100,
        segment: Int = 8192, stride: Int = 512, centre: Int = 4096, resolutions: [Resolution], floor: Double = 1e-8,
        scale: Double = 0.2
    ) {
        self.bands = bands
        self.bandsPerOctave = bandsPerOctave
        self.lowestHz = lowestHz
        self.sampleRate = sampleRate
        self.segment = segment
        self.stride = stride
        self.centre = centre
        self.resolutions = resolutions
        self.floor = floor
        self.scale = scale
    }

    enum CodingKeys: String, CodingKey {
        case bands, segment, stride, centre, resolutions, floor, scale
        case bandsPerOctave = "bands_per_octave"
        case lowestHz = "lowest_hz"
        case sampleRate = "sample_rate"
    }

    /// The centre frequency of `band`, in cycles per sample.
    func frequency(_ band: Int) -> Double {
        lowestHz * exp2(Double(band) / Double(bandsPerOctave)) / sampleRate
    }

    /// Whether the parameters are valid for an input of `positions` samples.
    func fits(_ positions: Int) -> Bool {
        guard (1...4096).contains(bands), (1...1200).contains(bandsPerOctave), (1...8).contains(resolutions.count),
            segment >= 16, segment <= positions, segment % 2 == 0, stride >= 1, (0...segment).contains(centre),
            lowestHz > 0, sampleRate > 0, frequency(bands - 1) < 0.5, floor > 0, floor.isFinite, scale > 0,
            scale.isFinite
        else { return false }
        let areValid = resolutions.allSatisfy {
            $0.periods > 0 && $0.periods.isFinite && $0.shortest >= 16 && $0.shortest <= $0.longest
                && $0.longest <= segment && $0.periods / frequency(0) < 1e9
        }
        return areValid && binCount <= Self.binLimit
    }

    /// The largest number of spectrum bins of all filters together: 64 MB of weights.
    private static let binLimit = 1 << 24

    /// The number of spectrum bins that the filters are computed for, for valid parameters.
    private var binCount: Int {
        resolutions.reduce(0) { sum, resolution in
            (0..<bands).reduce(sum) {
                $0 + min(segment / 2, 2 * Self.halfBins * segment / resolution.width(at: frequency($1))) + 1
            }
        }
    }

    /// The bins on each side of a filter's frequency, in multiples of the segment's length over the window's: the main
    /// lobe and the relevant side lobes lie well within this distance.
    static let halfBins = 12
}
