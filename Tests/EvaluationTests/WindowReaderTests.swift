import Basics
import Foundation
import Networks
import Testing

@testable import Evaluation

@Suite struct WindowReaderTests {
    @Test(arguments: [nil, LevelConditioning()]) func windowsEqualPartsOfTheFile(_ conditioning: LevelConditioning?)
        throws
    {
        let fixture = try Fixture()
        let samples = Fixture.samples(150_000, seed: 9)
        try fixture.record("a", in: fixture.path, samples: samples, notes: [])
        var conditioned = samples
        if let conditioning {
            var conditioner = LevelConditioner(conditioning, hop: 512, sampleRate: 44_100)
            for start in stride(from: 0, to: conditioned.count, by: 512) {
                let range = start..<min(start + 512, conditioned.count)
                var part = Array(conditioned[range])
                var span = part.mutableSpan
                conditioner.process(&span)
                conditioned.replaceSubrange(range, with: part)
            }
        }
        var generator = SplitMix64(seed: 4)
        for length in [100, 2_048, 70_000] {
            let starts = [-5_000, 0, 0, 149_990] + (0..<20).map { _ in Int.random(in: 0..<150_000, using: &generator) }
            let sorted = starts.sorted()
            var reader = try WindowReader(
                path: fixture.path + "/a.wav", starts: sorted, length: length, conditioning: conditioning, hop: 512)
            var output = [Float](repeating: 7, count: length + 10)
            for start in sorted {
                #expect(try reader.next(into: &output, at: 10))
                let expected = (start..<start + length).map { conditioned.indices.contains($0) ? conditioned[$0] : 0 }
                #expect(Array(output[10...]) == expected)
            }
            #expect(output[..<10].allSatisfy { $0 == 7 })
            #expect(try !reader.next(into: &output, at: 0))
        }
        #expect(try WindowReader.sampleCount(path: fixture.path + "/a.wav") == 150_000)
    }

    @Test func windowsBeyondTheFileAreNotReturned() throws {
        let fixture = try Fixture()
        try fixture.record("a", in: fixture.path, samples: Fixture.samples(3_000, seed: 9), notes: [])
        var reader = try WindowReader(
            path: fixture.path + "/a.wav", starts: [2_999, 3_000], length: 64, conditioning: nil, hop: 512)
        var output = [Float](repeating: 0, count: 64)
        #expect(try reader.next(into: &output, at: 0))
        #expect(try !reader.next(into: &output, at: 0))
    }
}
