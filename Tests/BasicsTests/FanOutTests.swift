import Basics
import Foundation
import Synchronization
import Testing

@Suite struct FanOutTests {
    private struct Refusal: Error, Equatable {
        var item: Int
    }

    @Test func keepsOrder() throws {
        var reports: [Int] = []
        let doubled = FanOut().map(Array(0..<500), progress: { done, _ in reports.append(done) }) { item in
            if item % 50 == 0 { usleep(1_000) }
            return item * 2
        }
        #expect(doubled == (0..<500).map { $0 * 2 })
        #expect(reports == Array(1...500))
        #expect(FanOut().map([Int](), { $0 }).isEmpty)
    }

    @Test func throwsTheEarliestError() {
        for _ in 0..<20 {
            #expect(throws: Refusal(item: 3)) {
                try FanOut().map(Array(0..<40)) { item in
                    if item == 3 { usleep(2_000) }
                    if item >= 3 { throw Refusal(item: item) }
                    return item
                }
            }
        }
    }
}

@Suite struct FanOutContractTests {
    private struct Refusal: Error, Equatable {
        var item: Int
    }

    private final class Worker {
        var items = 0
    }

    /// Each thread has its own worker, which serves one item at a time.
    @Test func oneWorkerPerThread() throws {
        let made = Mutex(0)
        let counts = try FanOut(threads: 3).map(
            Array(0..<100),
            worker: {
                made.withLock { $0 += 1 }
                return Worker()
            }
        ) { worker, _ in
            worker.items += 1
            return worker.items
        }
        let workers = made.withLock { $0 }
        #expect((1...3).contains(workers))
        #expect(counts.count { $0 == 1 } == workers)
    }

    @Test func workerFailureIsReported() {
        #expect(throws: Refusal(item: -1)) {
            try FanOut(threads: 2).map([1, 2, 3], worker: { () -> Worker in throw Refusal(item: -1) }) { $1 }
        }
    }

    @Test func progressErrorStopsWork() {
        let begun = Mutex(0)
        #expect(throws: Refusal(item: 2)) {
            try FanOut(threads: 2).map(
                Array(0..<1000), worker: {}, progress: { done, _ in if done == 2 { throw Refusal(item: 2) } }
            ) { _, item in
                begun.withLock { $0 += 1 }
                usleep(100)
                return item
            }
        }
        #expect(begun.withLock { $0 } < 1000)
    }

    @Test func threadCountIsBounded() {
        let load = Mutex((now: 0, most: 0))
        _ = FanOut(threads: 2).map(Array(0..<50)) { _ in
            load.withLock { load in
                load.now += 1
                load.most = max(load.most, load.now)
            }
            usleep(200)
            load.withLock { $0.now -= 1 }
        }
        #expect(load.withLock { $0.most } <= 2)
        #expect(FanOut(threads: -1).threads == 1)
        #expect(FanOut.processors >= 1)
    }

    @Test func stoppedItemsAreNil() {
        let isStopped = Atomic<Bool>(false)
        var ticks = 0
        let results = FanOut(threads: 1).mapUntilStopped(
            Array(0..<10), isStopped: { isStopped.load(ordering: .relaxed) }, tick: { ticks += 1 }
        ) { item -> Int? in
            if item == 4 { isStopped.store(true, ordering: .relaxed) }
            return item == 4 ? nil : item
        }
        #expect(results == [0, 1, 2, 3] + [Int?](repeating: nil, count: 6))
        #expect(ticks > 0)
    }

    @Test func errorEndsStoppableWork() {
        #expect(throws: Refusal(item: 1)) {
            _ = try FanOut(threads: 1).mapUntilStopped(Array(0..<3), isStopped: { false }, tick: {}) {
                (item) throws(Refusal) -> Int? in
                if item > 0 { throw Refusal(item: item) }
                return item
            }
        }
    }
}
