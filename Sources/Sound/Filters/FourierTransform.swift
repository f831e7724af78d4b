import CFFTW
import Synchronization

/// A real discrete Fourier transform of one size, forwards and backwards, by FFTW in single precision.
///
/// It works on two buffers of its own: fill `samples` and call `forward`, or fill `spectrum` and call `inverse`. `init`
/// allocates and plans (FFTW_ESTIMATE, so that results don't differ from run to run); the transforms allocate nothing and
/// take no lock. One thread at a time.
public final class FourierTransform {
    // FFTW's planner is not safe to use from several threads at once; executing plans is.
    private static let planner = Mutex<Void>(())

    /// Number of real samples.
    public var size: Int { samples.count }
    /// `size` floats; `forward` leaves them as they are, `inverse` fills them. Valid as long as this object.
    public let samples: UnsafeMutableBufferPointer<Float>
    /// Real and imaginary parts of bins 0...size/2, interleaved: size + 2 floats for an even size. `inverse` destroys them. Valid
    /// as long as this object.
    public let spectrum: UnsafeMutableBufferPointer<Float>
    private let bins: UnsafeMutablePointer<fftwf_complex>
    private let forwardPlan: fftwf_plan
    private let inversePlan: fftwf_plan

    /// - Parameter size: 2...2^24; products of small primes are fast.
    /// - Throws: `SoundError.invalidParameter`.
    public init(size: Int) throws(SoundError) {
        guard size >= 2, size <= 1 << 24 else { throw .invalidParameter("a Fourier transform of \(size) samples") }
        let binCount = size / 2 + 1
        let memory = fftwf_alloc_real(size)
        let bins = fftwf_alloc_complex(binCount)
        guard let memory, let bins else {
            fftwf_free(memory)
            fftwf_free(bins)
            throw .invalidParameter("a Fourier transform of \(size) samples: no memory")
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
            throw .invalidParameter("a Fourier transform of \(size) samples: FFTW refuses it")
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

    /// Transforms `spectrum` into `samples`, scaled so that it undoes `forward`.
    public func inverse() {
        fftwf_execute(inversePlan)
        let scale = 1 / Float(size)
        for index in samples.indices { samples[index] *= scale }
    }
}
