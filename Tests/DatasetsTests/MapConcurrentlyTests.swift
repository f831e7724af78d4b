import Datasets
import Foundation
import Testing

@Suite struct MapConcurrentlyTests {
    private struct Refusal: Error, Equatable {
        var item: Int
    }

    @Test func keepsTheOrder() throws {
        var reports: [Int] = []
        let doubled = try mapConcurrently(Array(0..<500), report: { reports.append($0) }) { item in
            if item % 50 == 0 { usleep(1_000) }
            return item * 2
        }
        #expect(doubled == (0..<500).map { $0 * 2 })
        #expect(reports == Array(1...500))
        #expect(try mapConcurrently([Int](), { $0 }).isEmpty)
    }

    @Test func throwsTheEarliestError() {
        for _ in 0..<20 {
            #expect(throws: Refusal(item: 3)) {
                try mapConcurrently(Array(0..<40)) { item in
                    if item == 3 { usleep(2_000) }
                    if item >= 3 { throw Refusal(item: item) }
                    return item
                }
            }
        }
    }
}
