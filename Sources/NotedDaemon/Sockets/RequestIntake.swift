import NIOCore
import Wire

/// The incoming half of one client's connection, without its socket: the lines that wait, and the requests that have
/// started but have no response yet.
///
/// Lines are handled in the order in which they arrive. While a long line is being parsed elsewhere, the lines after
/// it wait. While its request runs, the next long line waits, so that a client that uploads without pause occupies one
/// processor at a time rather than all. A pure value.
struct RequestIntake {
    /// Identifies a request that has started.
    typealias Ticket = UInt64

    /// Requests that may be running. Further requests stay unread until one completes.
    static let maximumRunning = 16

    private var lines = CircularBuffer<LineAssembler.Event>()
    private var running: [Ticket: RequestID?] = [:]
    private var newest: Ticket = 0
    /// The line that is being parsed elsewhere.
    private var parsing: [UInt8]?
    /// Whether the next request to start came as a long line.
    private var startsLong = false
    /// The running requests that came as long lines.
    private var longRunning: Set<Ticket> = []

    /// Whether the next line may be handled, and more bytes may be read.
    var isReady: Bool {
        running.count < Self.maximumRunning && parsing == nil && (takesLongLines || !isNextLong)
    }

    /// Whether a long line may be handled, and read to its end.
    var takesLongLines: Bool { parsing == nil && longRunning.isEmpty }

    private var isNextLong: Bool {
        if case .longLine? = lines.first { true } else { false }
    }

    /// Whether no line waits.
    var isEmpty: Bool { lines.isEmpty }

    mutating func append(_ events: [LineAssembler.Event]) { lines.append(contentsOf: events) }

    /// The next line, in order; nil if none waits or none may be handled now.
    mutating func next() -> LineAssembler.Event? {
        guard isReady else { return nil }
        startsLong = false
        return lines.popFirst()
    }

    /// `line` is going to be parsed elsewhere.
    mutating func beginParsing(_ line: [UInt8]) { parsing = line }

    /// The parsing is over.
    ///
    /// - Returns: whether the request is still to be executed; false if the intake has been stopped meanwhile.
    mutating func endParsing() -> Bool {
        defer { parsing = nil }
        startsLong = parsing != nil
        return parsing != nil
    }

    /// A request has started.
    mutating func start(_ id: RequestID?) -> Ticket {
        newest += 1
        running[newest] = .some(id)
        if startsLong { longRunning.insert(newest) }
        startsLong = false
        return newest
    }

    /// A request has completed.
    ///
    /// - Returns: whether its response is still to be sent; false if the intake has been stopped meanwhile.
    mutating func complete(_ ticket: Ticket) -> Bool {
        longRunning.remove(ticket)
        return running.removeValue(forKey: ticket) != nil
    }

    /// Forgets the requests that have started, and the line that is being parsed.
    ///
    /// - Returns: the ids of the requests that await a response, in the order of arrival.
    mutating func stop() -> [RequestID] {
        var ids = running.sorted { $0.key < $1.key }.compactMap(\.value)
        running.removeAll()
        longRunning.removeAll()
        if let line = parsing {
            parsing = nil
            // An invalid line would have been answered as well.
            do throws(RefusedRequest) {
                if let id = try ClientRequest.parse(longLine: line).id { ids.append(id) }
            } catch {
                if let id = error.id { ids.append(id) }
            }
        }
        return ids
    }

    /// Drops the lines that wait.
    mutating func removeLines() { lines.removeAll() }
}
