import CLinux
import Dispatch
import Glibc
import Synchronization

/// Applies a function to independent items on a bounded number of threads.
///
/// Use it for work of milliseconds and more per item. ``ThreadTeam`` splits a single loop.
///
/// Items begin in order, and results come back in order. The calling thread blocks until every thread has ended; it
/// calls `progress` and `tick`, which therefore need no lock.
///
/// After an error no further item begins. Of several errors the one of the earliest item is thrown, so the outcome
/// doesn't depend on timing.
///
/// Each call starts threads of its own (tens of microseconds each) rather than borrow from a shared pool: an item may
/// block, and calls may nest.
public struct FanOut: Sendable {
    /// Items at a time, at least 1.
    public let threads: Int

    /// - Parameter threads: items at a time; values below 1 count as 1.
    public init(threads: Int = FanOut.processors) { self.threads = max(1, threads) }

    /// Processors that this process may run on; at least 1.
    public static var processors: Int { max(1, Int(clinux_processors())) }

    /// Applies `body` to every item.
    ///
    /// - Parameters:
    ///   - progress: called after each item with the number of items done and the result.
    ///   - body: called on other threads, at most ``threads`` at a time.
    /// - Returns: one result per item, in the order of `items`.
    /// - Throws: what `body` threw for the earliest item that failed.
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

    /// Applies `body` to every item, with a worker of its own for each thread, such as a network or a synthesizer.
    ///
    /// - Parameters:
    ///   - worker: called by each thread before its first item.
    ///   - progress: called after each item with the number of items done and the result. What it throws ends the work
    ///     as an error does.
    ///   - body: called on other threads, at most ``threads`` at a time; a worker is in one call at a time.
    /// - Returns: one result per item, in the order of `items`.
    /// - Throws: what `progress` threw; else what `worker` or `body` threw for the earliest item that failed.
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

    /// Applies `body` to items until all are done or the user has had enough.
    ///
    /// - Parameters:
    ///   - isStopped: asked before each item, on other threads; once it is true no further item begins.
    ///   - tick: called about five times a second while the work lasts, and at its end.
    ///   - body: called on other threads, at most ``threads`` at a time; returns nil for an item that it gave up because
    ///     of the stop.
    /// - Returns: in the order of `items`; nil for items that were given up or never begun.
    /// - Throws: what `body` threw for the earliest item that failed.
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

/// The items of one call: which are left, and the results so far.
private final class FanOutWork<Output: Sendable, Failure: Error>: Sendable {
    typealias Body = (Int) throws(Failure) -> Output?

    private struct State {
        var next = 0
        var running = 0
        var outputs: [Output?]
        /// Finished since the calling thread last looked.
        var news: [Output] = []
        var failure: (index: Int, error: Failure)?
        /// `progress` threw.
        var isInterrupted = false
    }

    /// Seconds between ticks.
    private static var interval: Double { 0.2 }

    private let count: Int
    private let isStopped: @Sendable () -> Bool
    private let makeBody: @Sendable () throws(Failure) -> Body
    private let state: Mutex<State>
    // Signalled for each item and for each thread that ends.
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
        // The calling thread stands in for threads that the system refused.
        for _ in ids.count..<started { work() }
        var done = 0
        var isRunning = true
        var interruption: Failure?
        while isRunning {
            _ = changed.wait(timeout: ticks ? .now() + Self.interval : .distantFuture)
            let news = state.withLock { state in
                isRunning = state.running > 0
                defer { state.news.removeAll() }
                return state.news
            }
            for output in news where interruption == nil {
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
        let (outputs, failure) = state.withLock { ($0.outputs, $0.failure) }
        if let failure { throw failure.error }
        return outputs
    }

    /// Takes items until there are none left.
    private func work() {
        var body: Body?
        while let index = take() {
            do throws(Failure) {
                if body == nil { body = try makeBody() }
                let output = try body?(index)
                state.withLock { state in
                    state.outputs[index] = output
                    if let output { state.news.append(output) }
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

    /// - Returns: nil if the system refuses.
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

/// What a new thread runs.
private final class ThreadStart: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}
