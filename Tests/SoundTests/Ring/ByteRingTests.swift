import Sound
import Testing

@Suite struct ByteRingTests {
    @Test(arguments: [(0, 64), (64, 64), (65, 128), (1000, 1024), (4096, 4096)])
    func capacityIsRoundedUpToAPowerOfTwo(asked: Int, given: Int) {
        #expect(ByteRing(minimumCapacity: asked).capacity == given)
    }

    @Test func fillsCompletelyAndRejectsOneByteMore() {
        let ring = ByteRing(minimumCapacity: 64)
        let bytes = [UInt8](0..<65)
        #expect(!ring.write(bytes, count: 65))
        #expect(ring.readableCount == 0)
        #expect(ring.write(bytes, count: 64))
        #expect(ring.writableCount == 0)
        #expect(!ring.write(bytes, count: 1))
        #expect(ring.write(bytes, count: 0))
    }

    @Test func readsAllOrNothing() {
        let ring = ByteRing(minimumCapacity: 64)
        var out = [UInt8](repeating: 0xFF, count: 8)
        #expect(!ring.read(into: &out, count: 1))
        #expect(ring.write([1, 2, 3] as [UInt8], count: 3))
        #expect(!ring.read(into: &out, count: 4))
        #expect(out[0] == 0xFF)
        #expect(ring.read(into: &out, count: 2))
        #expect(out[..<3] == [1, 2, 0xFF])
        #expect(!ring.skip(2))
        #expect(ring.skip(1))
        #expect(ring.readableCount == 0)
    }

    @Test func negativeCountsAreRejected() {
        let ring = ByteRing(minimumCapacity: 64)
        var out: [UInt8] = [0]
        #expect(!ring.write(out, count: -1))
        #expect(!ring.read(into: &out, count: -1))
        #expect(!ring.skip(-1))
    }

    @Test func keepsOrderAcrossTheWraparound() {
        let ring = ByteRing(minimumCapacity: 64)
        var random = SystemRandomNumberGenerator()
        var sent = 0
        var received = 0
        var scratch = [UInt8](repeating: 0, count: 64)
        for _ in 0..<20_000 {
            let size = Int.random(in: 0...40, using: &random)
            if Bool.random(using: &random) {
                let block = (0..<size).map { UInt8(truncatingIfNeeded: sent + $0) }
                if ring.write(block, count: size) { sent += size }
            } else if ring.read(into: &scratch, count: size) {
                for index in 0..<size where scratch[index] != UInt8(truncatingIfNeeded: received + index) {
                    Issue.record("byte \(received + index) arrived as \(scratch[index])")
                    return
                }
                received += size
            }
            #expect(ring.readableCount == sent - received)
        }
    }

    /// Sends a million 32-byte records between threads; each must arrive whole and in order.
    @Test func concurrentRecordsArriveWholeAndInOrder() async {
        let ring = ByteRing(minimumCapacity: 4096)
        async let sent = send(1_000_000, to: ring)
        async let good = receive(1_000_000, from: ring)
        #expect(await sent == 1_000_000)
        #expect(await good == 1_000_000)
        #expect(ring.readableCount == 0)
    }

    private static let timeout = Duration.seconds(30)

    private func record(_ index: UInt64) -> SIMD4<UInt64> { SIMD4(index, ~index, index &* 31, index ^ 0x5555) }

    private func send(_ total: UInt64, to ring: ByteRing) async -> UInt64 {
        let deadline = ContinuousClock.now + Self.timeout
        var next: UInt64 = 0
        while next < total, ContinuousClock.now < deadline {
            var block = record(next)
            if ring.write(&block, count: 32) { next += 1 } else { await Task.yield() }
        }
        return next
    }

    /// - Returns: the number of records that arrived intact.
    private func receive(_ total: UInt64, from ring: ByteRing) async -> UInt64 {
        let deadline = ContinuousClock.now + Self.timeout
        var good: UInt64 = 0
        var expected: UInt64 = 0
        var block = SIMD4<UInt64>()
        while expected < total, ContinuousClock.now < deadline {
            if ring.read(into: &block, count: 32) {
                if block == record(expected) { good += 1 }
                expected += 1
            } else {
                await Task.yield()
            }
        }
        return good
    }
}
