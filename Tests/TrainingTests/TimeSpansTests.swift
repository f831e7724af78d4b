import Basics
import Testing

@testable import Training

struct TimeSpansTests {
    @Test func overlappingAndAdjacentRangesMerge() {
        let spans = TimeSpans(
            from: [(5, 6), (1, 3), (2, 4), (4, 4.5), (7, 7), (10, 9), (.nan, 9), (2, .nan), (8, .infinity)]
                .map { (start: $0.0, end: $0.1) })
        #expect(spans.ranges == [1..<4.5, 5..<6])
        #expect(spans.duration == 4.5)
    }

    @Test func insetDropsShortRanges() {
        #expect(TimeSpans([0..<1, 2..<5]).inset(start: 0.5, end: 0.75).ranges == [2.5..<4.25])
        #expect(TimeSpans([0..<1, 2..<5]).droppingShorter(than: 2).ranges == [2..<5])
    }

    /// Compares with a Boolean for every tenth of a second.
    @Test func setOperationsMatchMembership() {
        var random = SplitMix64(seed: 7)
        func spans() -> (TimeSpans, [Bool]) {
            var cells = [Bool](repeating: false, count: 100)
            var ranges: [Range<Double>] = []
            for _ in 0..<Int(random.next() % 6) {
                let start = Int(random.next() % 100)
                let end = min(100, start + Int(random.next() % 30))
                for cell in start..<end { cells[cell] = true }
                ranges.append(Double(start) / 10..<Double(end) / 10)
            }
            return (TimeSpans(ranges), cells)
        }
        for _ in 0..<300 {
            let ((a, inA), (b, inB)) = (spans(), spans())
            for cell in 0..<100 {
                let time = (Double(cell) + 0.5) / 10
                #expect(a.contains(time) == inA[cell])
                #expect(a.intersection(b).contains(time) == (inA[cell] && inB[cell]))
                #expect(a.subtracting(b).contains(time) == (inA[cell] && !inB[cell]))
            }
        }
    }
}
