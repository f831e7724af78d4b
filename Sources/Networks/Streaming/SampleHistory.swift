/// The newest samples of a stream, contiguous in memory. Silence precedes the first sample.
///
/// Samples are appended a hop at a time and moved to the front only once in many hops. One owner; no allocation after
/// `init`.
final class SampleHistory {
    /// Hops that fit before the kept samples have to be moved to the front.
    private static let run = 16

    /// Samples that are kept.
    let count: Int
    private let hop: Int
    private let storage: Scratch
    private var end: Int
    /// Consecutive newest samples that are zero, in whole hops; at most ``count`` and a hop.
    private var zeros: Int

    /// - Parameters:
    ///   - count: samples to keep, at least `hop`.
    ///   - hop: samples per call of ``append(_:)``.
    init(count: Int, hop: Int) {
        self.count = count
        self.hop = hop
        storage = Scratch(count + Self.run * hop)
        end = count
        zeros = count
    }

    /// Whether all ``count`` samples are zero.
    var isSilent: Bool { zeros >= count }

    /// The last `length` samples before the newest `hops` hops, oldest first; `length + hops * hop` is at most
    /// ``count``.
    func samples(_ length: Int, before hops: Int = 0) -> UnsafePointer<Float> {
        UnsafePointer(storage.pointer + end - hops * hop - length)
    }

    /// Appends a hop, whose samples `fill` writes.
    func append(_ fill: (inout MutableSpan<Float>) -> Void) {
        if end + hop > storage.count {
            storage.pointer.update(from: storage.pointer + end - count, count: count)
            end = count
        }
        var newest = MutableSpan(_unsafeStart: storage.pointer + end, count: hop)
        fill(&newest)
        end += hop
        var isZero = true
        for index in 0..<hop where newest[index] != 0 {
            isZero = false
            break
        }
        zeros = isZero ? min(zeros + hop, count + hop) : 0
    }

    /// The number of hops from the newest one back to the oldest that contains a sample other than zero, both included;
    /// 0 if all ``count`` samples are zero. If `count` isn't a multiple of a hop, the rest counts as one.
    var hopsSinceSilence: Int {
        let newest = storage.pointer + end
        for age in stride(from: (count + hop - 1) / hop, to: 0, by: -1) {
            for back in stride(from: min(age * hop, count), to: (age - 1) * hop, by: -1) where newest[-back] != 0 {
                return age
            }
        }
        return 0
    }

    /// Begins a new stream.
    func clear() {
        storage.clear()
        end = count
        zeros = count
    }
}
