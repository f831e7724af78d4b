import AllocationCounter
import CLinux
import Networks
import Testing

@testable import Transcription

@Suite struct AllocationTests {
    /// Counts the allocator calls of this thread during a second run of `body`, so that one-time allocations of the
    /// runtime are not counted.
    func allocations(_ body: () -> Void) -> Int {
        body()
        let thread = clinux_gettid()
        let before = allocation_count(thread)
        body()
        return allocation_count(thread) - before
    }

    /// Notes start and end throughout, so that every path is exercised.
    @Test(.enabled(if: allocation_counting_works()), arguments: [[Head.sounding], [.sounding, .onset]])
    func hopsDoNotAllocate(heads: [Head]) throws {
        let model = try TinyModel.certain(heads: heads)
        let chord = Signals.scaled(Signals.chord([60, 64, 67], seconds: 0.5), to: -20)
        let samples = chord + Signals.silence(0.4) + chord
        let starts = Array(stride(from: 0, to: samples.count - TinyModel.hop + 1, by: TinyModel.hop))

        let transcriber = try Transcriber(model: model)
        var count = 0
        let all = allocations {
            for index in 0..<starts.count {
                transcriber.process(samples.span.extracting(starts[index]..<starts[index] + TinyModel.hop))
                count += transcriber.events.count
            }
        }
        // Without optimisation the loops of the network may allocate; that is not the subject of this test.
        let network = try StreamingNetwork(model: model)
        var posteriors = [Float](repeating: 0, count: network.outputCount)
        let ofNetwork = allocations {
            for index in 0..<starts.count {
                var span = posteriors.mutableSpan
                network.process(samples.span.extracting(starts[index]..<starts[index] + TinyModel.hop), into: &span)
            }
        }
        #expect(count >= 4 * 88)
        #expect(all == ofNetwork, "\(all - ofNetwork) allocations in \(starts.count) hops")
    }
}
