import CFFTW
import Synchronization

/// A real discrete Fourier transform of fixed size, forward and inverse, by FFTW in single precision.
///
/// It has its own two buffers: fill `samples` and call `forward`, or fill `spectrum` and call `inverse`. `init`
/// allocates and plans (with FFTW_ESTIMATE, so that results are reproducible); the transforms allocate nothing and take
/// no lock. Not thread-safe.
public final class FourierTransform {
    // FFTW's planner is not thread-safe; executing plans is.
    private static let planner = Mutex<Void>(())

    /// The number of real samples.
    public var size: Int { samples.count }
    /// `size` floats. `forward` preserves them, `inverse` fills them. Valid for the lifetime of this object.
    public let samples: UnsafeMutableBufferPointer<Float>
    /// Real and imaginary parts of bins 0...size/2, interleaved: size + 2 floats for an even size. `inverse` destroys
    /// them. Valid for the lifetime of this object.
    public let spectrum: UnsafeMutableBufferPointer<Float>
    private let bins: UnsafeMutablePointer<fftwf_complex>
    private let forwardPlan: fftwf_plan
    private let inversePlan: fftwf_plan

    /// - Parameter size: 2...2^24; fastest for products of small primes.
    /// - Throws: `SoundError.invalidParameter`.
    public init(size: Int) throws(SoundError) {
        guard size >= 2, size <= 1 << 24 else {
            throw .invalidParameter("a Fourier transform cannot have \(size) samples")
        }
        let binCount = size / 2 + 1
        let memory = fftwf_alloc_real(size)
        let bins = fftwf_alloc_complex(binCount)
        guard let memory, let bins else {
            fftwf_free(memory)
            fftwf_free(bins)
            throw .invalidParameter("not enough memory for a Fourier transform of \(size) samples")
        }
        nonisolated(unsafe) var forward: fftwf_plan?
        nonisolated(unsafe) var inverse: fftwf_plan?
        FourierTransform.planner.withLock { _ in
            forward = fftwf_plan_dft_r2c_1d(Int32(size), memory, bins, FFTW_ESTIMATE)
            inverse = fftwf_plan_dft_c2r_1d(Int32(size), bins, memory, FFTW_ESTIMATE)
        }
        guard let forward, let inverse else {
            fftwf_free(memory)
            fftwf_free(bins)
            throw .invalidParameter("FFTW does not support a Fourier transform of \(size) samples")
        }
        self.bins = bins
        forwardPlan = forward
        inversePlan = inverse
        samples = UnsafeMutableBufferPointer(start: memory, count: size)
        samples.initialize(repeating: 0)
        let floats = UnsafeMutableRawPointer(bins).bindMemory(to: Float.self, capacity: 2 * binCount)
        spectrum = UnsafeMutableBufferPointer(start: floats, count: 2 * binCount)
        spectrum.initialize(repeating: 0)
    }

    deinit {
        FourierTransform.planner.withLock { _ in
            fftwf_destroy_plan(forwardPlan)
            fftwf_destroy_plan(inversePlan)
        }
        fftwf_free(samples.baseAddress)
        fftwf_free(bins)
    }

    /// Transforms `samples` into `spectrum`.
    public func forward() {
        fftwf_execute(forwardPlan)
    }

    /// Transforms `spectrum` into `samples`, scaled to be the exact inverse of `forward`.
    public func inverse() {
        fftwf_execute(inversePlan)
        let scale = 1 / Float(size)
        for index in samples.indices { samples[index] *= scale }
    }
}
