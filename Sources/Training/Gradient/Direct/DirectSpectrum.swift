import Basics
import Networks

/// A fixed Fourier transform of segments of each window.
final class DirectSpectrum: DirectLayer {
    let outputCount: Int

    private let window: Int
    private let windows: Int
    private let width: Int
    private let stride: Int
    private let positions: Int
    /// One for each thread.
    private let spectra: [FixedSpectrum]

    init(window: Int, windows: Int, width: Int, stride: Int, taper: Taper, threads: Int) throws(ModelError) {
        self.window = window
        self.windows = windows
        self.width = width
        self.stride = stride
        positions = (window - width) / stride + 1
        outputCount = positions * width
        var spectra: [FixedSpectrum] = []
        for _ in 0..<threads { spectra.append(try FixedSpectrum(width: width, taper: taper)) }
        self.spectra = spectra
    }

    func forward(_ input: UnsafeMutablePointer<Float>, into output: UnsafeMutablePointer<Float>, team: ThreadTeam) {
        team.split(windows) { part, thread in
            for window in part {
                for position in 0..<self.positions {
                    self.spectra[thread].evaluate(
                        input + window * self.window + position * self.stride,
                        into: output + (window * self.positions + position) * self.width)
                }
            }
        }
    }

    /// Does nothing: no layer below is trained.
    func backward(
        _ input: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>, throughInput: Bool, team: ThreadTeam
    ) {}
}
