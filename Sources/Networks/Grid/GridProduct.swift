import Kernels

/// How the bands of one position lie in memory: as the convolution that reads them needs them, silent bands on either side.
public struct GridFrame: Equatable, Sendable {
    public let bands: Int
    public let maps: Int
    /// Silent bands.
    public let below: Int
    public let above: Int

    public init(bands: Int, maps: Int, reader: GridConvolution) {
        self.bands = bands
        self.maps = maps
        below = reader.padBelow
        above = reader.padAbove(bands)
    }

    /// Floats of the frame, and where the first band is in it.
    public var floats: Int { (below + bands + above) * maps }
    public var start: Int { below * maps }
    /// Floats of the bands that aren't padding.
    public var count: Int { bands * maps }
}

/// A ``GridConvolution`` at work: its weights laid out for the kernels, and the product with one position's surroundings.
///
/// One definition for whole windows, streams and training. Immutable between calls of ``load(_:bias:)``, so threads may share it.
public final class GridProduct: @unchecked Sendable {
    public let grid: GridConvolution
    public let input: GridFrame
    public let outputBands: Int
    /// Whether max(0, x) follows.
    public let isRectified: Bool
    private let packed: Scratch
    private let bias: Scratch
    /// Neighbouring bands lie side by side, so one product does them all; others are done one by one.
    private let bandsAtOnce: Int
    private let packedSize: Int

    public init(_ grid: GridConvolution, inputBands: Int, inputMaps: Int, isRectified: Bool) {
        self.grid = grid
        self.isRectified = isRectified
        input = GridFrame(bands: inputBands, maps: inputMaps, reader: grid)
        outputBands = inputBands / grid.bandStride
        bandsAtOnce = grid.bandStep == 1 ? grid.bands : 1
        packedSize = nk_packed_size(bandsAtOnce * inputMaps, grid.maps)
        packed = Scratch(packedSize * grid.time * (grid.bands / bandsAtOnce))
        bias = Scratch(grid.maps)
    }

    /// Takes weights `[time][bands][inputMaps][maps]` and a bias.
    public func load(_ weights: UnsafePointer<Float>, bias: UnsafePointer<Float>) {
        let rows = bandsAtOnce * input.maps
        for part in 0..<grid.time * grid.bands / bandsAtOnce {
            nk_pack(weights + part * rows * grid.maps, grid.maps, rows, grid.maps, packed.pointer + part * packedSize)
        }
        self.bias.pointer.update(from: bias, count: grid.maps)
    }

    /// Writes one position's `outputBands` x `maps` numbers.
    ///
    /// - Parameters:
    ///   - frames: the oldest frame that the position sees, its padding first.
    ///   - step: floats from one frame that it sees to the next.
    public func apply(_ frames: UnsafePointer<Float>, step: Int, into output: UnsafeMutablePointer<Float>) {
        let parts = grid.bands / bandsAtOnce
        for time in 0..<grid.time {
            for part in 0..<parts {
                nk_gemm(
                    outputBands, grid.maps, bandsAtOnce * input.maps,
                    frames + time * step + part * grid.bandStep * input.maps, grid.bandStride * input.maps,
                    packed.pointer + (time * parts + part) * packedSize, output, grid.maps, Int(NK_PANEL),
                    time + part > 0 ? 1 : 0)
            }
        }
        nk_add_bias(outputBands, grid.maps, bias.pointer, isRectified ? 1 : 0, output)
    }
}
