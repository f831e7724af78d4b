import Kernels

/// The memory layout of the bands of one position, padded with silent bands for the convolution that reads them.
public struct GridFrame: Equatable, Sendable {
    public let bands: Int
    public let maps: Int
    /// Silent bands below and above.
    public let below: Int
    public let above: Int

    public init(bands: Int, maps: Int, reader: GridConvolution) {
        self.bands = bands
        self.maps = maps
        below = reader.padBelow
        above = reader.padAbove(bands)
    }

    /// Floats per frame, and the offset of the first band in it.
    public var floats: Int { (below + bands + above) * maps }
    public var start: Int { below * maps }
    /// Floats of the bands without the padding.
    public var count: Int { bands * maps }
}

/// Evaluates a ``GridConvolution``: holds its weights laid out for the kernels and multiplies them with the input of a
/// position.
///
/// Used for whole windows, streams and training alike. Immutable between calls of ``load(_:bias:)``, so threads may
/// share it.
public final class GridProduct: @unchecked Sendable {
    public let grid: GridConvolution
    public let input: GridFrame
    public let outputBands: Int
    /// Whether max(0, x) is applied to the output.
    public let isRectified: Bool
    private let packed: Scratch
    private let bias: Scratch
    /// Bands per product: adjacent bands are contiguous and need a single product; dilated ones need one each.
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

    /// Loads weights `[time][bands][inputMaps][maps]` and a bias.
    public func load(_ weights: UnsafePointer<Float>, bias: UnsafePointer<Float>) {
        let rows = bandsAtOnce * input.maps
        for part in 0..<grid.time * grid.bands / bandsAtOnce {
            nk_pack(weights + part * rows * grid.maps, grid.maps, rows, grid.maps, packed.pointer + part * packedSize)
        }
        self.bias.pointer.update(from: bias, count: grid.maps)
    }

    /// Computes one position: `outputBands` x `maps` values.
    ///
    /// - Parameters:
    ///   - frames: the oldest frame of the kernel, starting with its padding.
    ///   - step: floats from one frame of the kernel to the next.
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
