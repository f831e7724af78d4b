import CLinux
import Dispatch
import Glibc
import Synchronization

/// Applies a function to independent items on a bounded number of threads.
///
/// Intended for items that take milliseconds or more. Use ``ThreadTeam`` to split a single loop.
///
/// Items start in order and results are returned in order. The calling thread blocks until every thread has exited. It
/// also calls `progress` and `tick`, so these need no locking.
///
/// No item starts after an error. If several items fail, the error of the first item in order is thrown, so the outcome
/// does not depend on timing.
///
/// Each call starts its own threads (tens of microseconds each) instead of using a shared pool, because items may block
/// and calls may nest.
public struct FanOut: Sendable {
    /// The maximum number of items processed concurrently, at least 1.
    public let threads: Int

    /// - Parameter threads: the maximum number of concurrent items; values below 1 count as 1.
    public init(threads: Int = FanOut.processors) { self.threads = max(1, threads) }

    /// The number of CPUs that this process may use, at least 1.
    public static var processors: Int { max(1, Int(clinux_processors())) }

    /// Applies `body` to every item.
    ///
    /// - Parameters:
    ///   - progress: called after each item with the number of items done and the result.
    ///   - body: called on other threads, at most ``threads`` at a time.
    /// - Returns: one result per item, in the order of `items`.
    /// - Throws: the error of the first item, in order, that failed.
    public func map<Item: Sendable, Output: Sendable, Failure: Error>(
        _ items: [Item], progress: (_ done: Int, _ latest: Output) -> Void = { _, _ in },
        _ body: @escaping @Sendable (Item) throws(Failure) -> Output
    ) throws(Failure) -> [Output] {
        let work = FanOutWork<Output, Failure>(count: items.count) { () throws(Failure) in
            { (index) throws(Failure) in try body(items[index]) }
        }
        return try work.run(threads: threads) { (done, latest) throws(Failure) in progress(done, latest) }
            .compactMap { $0 }
    }

    /// Applies `body` to every item. Each thread has its own worker, such as a network or a synthesizer.
    ///
    /// - Parameters:
    ///   - worker: makes a worker; each thread calls it once, before its first item.
    ///   - progress: called after each item with the number of items done and the result. An error that it throws stops
    ///     the work.
    ///   - body: called on other threads, at most ``threads`` at a time. Each worker serves one call at a time.
    /// - Returns: one result per item, in the order of `items`.
    /// - Throws: the error of `progress`; otherwise the error of `worker` or `body` for the first item that failed.
    public func map<Item: Sendable, Worker, Output: Sendable>(
        _ items: [Item], worker: @escaping @Sendable () throws -> Worker,
        progress: (_ done: Int, _ latest: Output) throws -> Void = { _, _ in },
        _ body: @escaping @Sendable (Worker, Item) throws -> Output
    ) throws -> [Output] {
        let work = FanOutWork<Output, any Error>(count: items.count) {
            let worker = try worker()
            return { index in try body(worker, items[index]) }
        }
        return try work.run(threads: threads, progress: progress).compactMap { $0 }
    }

    /// Applies `body` to the items until all are done or the caller requests a stop.
    ///
    /// - Parameters:
    ///   - isStopped: checked before each item, on other threads. Once it returns true, no further item starts.
    ///   - tick: called about five times a second during the work, and once at the end.
    ///   - body: called on other threads, at most ``threads`` at a time. Returns nil for an item that it abandoned
    ///     because of the stop.
    /// - Returns: one result per item, in the order of `items`; nil for items that were abandoned or never started.
    /// - Throws: the error of the first item, in order, that failed.
    public func mapUntilStopped<Item: Sendable, Output: Sendable, Failure: Error>(
        _ items: [Item], isStopped: @escaping @Sendable () -> Bool, tick: () -> Void,
        _ body: @escaping @Sendable (Item) throws(Failure) -> Output?
    ) throws(Failure) -> [Output?] {
        let work = FanOutWork<Output, Failure>(count: items.count, isStopped: isStopped) { () throws(Failure) in
            { (index) throws(Failure) in try body(items[index]) }
        }
        return try work.run(threads: threads, ticks: true, tick: tick) { (_, _) throws(Failure) in }
    }
}

/// The state of one call: the items still to process and the results so far.
private final class FanOutWork<Output: Sendable, Failure: Error>: Sendable {
    typealias Body = (Int) throws(Failure) -> Output?

    private struct State {
        var next = 0
        var running = 0
        var outputs: [Output?]
        /// Results not yet reported to `progress`.
        var unreported: [Output] = []
        var failure: (index: Int, error: Failure)?
        /// Whether `progress` threw.
        var isInterrupted = false
    }

    /// Seconds between ticks.
    private static var interval: Double { 0.2 }

    private let count: Int
    private let isStopped: @Sendable () -> Bool
    private let makeBody: @Sendable () throws(Failure) -> Body
    private let state: Mutex<State>
    // Signalled once for each finished item and once for each thread that exits.
    private let changed = DispatchSemaphore(value: 0)

    init(
        count: Int, isStopped: @escaping @Sendable () -> Bool = { false },
        makeBody: @escaping @Sendable () throws(Failure) -> Body
    ) {
        self.count = count
        self.isStopped = isStopped
        self.makeBody = makeBody
        state = Mutex(State(outputs: Array(repeating: nil, count: count)))
    }

    func run(
        threads: Int, ticks: Bool = false, tick: () -> Void = {},
        progress: (Int, Output) throws(Failure) -> Void
    ) throws(Failure) -> [Output?] {
        guard count > 0 else { return [] }
        let started = min(threads, count)
        state.withLock { $0.running = started }
        let ids = (0..<started).compactMap { _ in Self.startThread { self.work() } }
        // The calling thread does the work of threads that the system failed to create.
        for _ in ids.count..<started { work() }
        var done = 0
        var isRunning = true
        var interruption: Failure?
        while isRunning {
            _ = changed.wait(timeout: ticks ? .now() + Self.interval : .distantFuture)
            let outputs = state.withLock { state in
                isRunning = state.running > 0
                defer { state.unreported.removeAll() }
                return state.unreported
            }
            for output in outputs where interruption == nil {
                done += 1
                do throws(Failure) {
                    try progress(done, output)
                } catch {
                    interruption = error
                    state.withLock { $0.isInterrupted = true }
                }
            }
            if ticks { tick() }
        }
        for id in ids { pthread_join(id, nil) }
        if let interruption { throw interruption }
        let (results, failure) = state.withLock { ($0.outputs, $0.failure) }
        if let failure { throw failure.error }
        return results
    }

    /// Processes items until none are left.
    private func work() {
        var body: Body?
        while let index = take() {
            do throws(Failure) {
                if body == nil { body = try makeBody() }
                let output = try body?(index)
                state.withLock { state in
                    state.outputs[index] = output
                    if let output { state.unreported.append(output) }
                }
            } catch {
                state.withLock { state in
                    if state.failure.map({ index < $0.index }) ?? true { state.failure = (index, error) }
                }
            }
            changed.signal()
        }
        state.withLock { $0.running -= 1 }
        changed.signal()
    }

    private func take() -> Int? {
        guard !isStopped() else { return nil }
        return state.withLock { state in
            guard state.next < count, state.failure == nil, !state.isInterrupted else { return nil }
            defer { state.next += 1 }
            return state.next
        }
    }

    /// - Returns: nil if the system cannot create a thread.
    private static func startThread(_ body: @escaping @Sendable () -> Void) -> pthread_t? {
        var id = pthread_t()
        let start = Unmanaged.passRetained(ThreadStart(body))
        let code = pthread_create(
            &id, nil,
            { context in
                if let context { Unmanaged<ThreadStart>.fromOpaque(context).takeRetainedValue().body() }
                return nil
            }, start.toOpaque())
        guard code == 0 else {
            start.release()
            return nil
        }
        return id
    }
}

/// The closure that a new thread runs, boxed for `pthread_create`.
private final class ThreadStart: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}
