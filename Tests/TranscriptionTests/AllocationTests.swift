import AllocationCounter
import CLinux
import Networks
import Testing

@testable import Transcription

@Suite struct AllocationTests {
    /// Calls of the allocator by this thread while `body` runs; in a second run, so that what the runtime allocates once
    /// for all doesn't count.
    func allocations(_ body: () -> Void) -> Int {
        body()
        let thread = clinux_gettid()
        let before = allocation_count(thread)
        body()
        return allocation_count(thread) - before
    }

    /// Notes begin and end all the while, so that every path is taken.
    @Test(.enabled(if: allocation_counting_works()), arguments: [[Head.sounding], [.sounding, .onset]])
    func aHopAllocatesNothing(heads: [Head]) throws {
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
        // Without optimisation the loops of the network may allocate, which is not what is measured here.
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
