import Music

/// Assigns notes to MIDI channels and blocks.
struct ChannelPlan {
    struct Event {
        /// Blocks from the start.
        var block: Int
        var isOn: Bool
        var channel: Int
        var key: Int
        var velocity: Int
    }

    /// FluidSynth's limit.
    static let maximumChannels = 256
    /// Notes that start later are not played. Seconds.
    private static let maximumDuration = 86_400.0

    /// The program of each channel; never empty.
    private(set) var programs: [Int] = []
    /// In time order; at equal times, note-offs precede note-ons.
    private(set) var events: [Event] = []

    /// - Parameter blockRate: blocks per second.
    init(_ notes: [Note], blockRate: Double) {
        // The block at which each key of each channel is released.
        var held: [[Int]] = []
        var channelsOfProgram: [Int: [Int]] = [:]
        let programsInUse = Set(notes.map { Self.program(of: $0) })
        events.reserveCapacity(2 * notes.count)
        for note in notes.sorted(by: { $0.start < $1.start }) {
            guard (0...127).contains(note.pitch), note.start < Self.maximumDuration, note.end > note.start else {
                continue
            }
            let program = Self.program(of: note)
            let start = Int((max(0, note.start) * blockRate).rounded())
            let end = max(start + 1, Int((min(note.end, Self.maximumDuration) * blockRate).rounded()))
            let known = channelsOfProgram[program, default: []]
            let channel: Int
            if let free = known.first(where: { held[$0][note.pitch] <= start }) {
                channel = free
            } else if known.isEmpty || held.count + programsInUse.count - channelsOfProgram.count < Self.maximumChannels
            {
                channel = held.count
                held.append([Int](repeating: 0, count: 128))
                programs.append(program)
                channelsOfProgram[program, default: []].append(channel)
            } else {
                // No channel is left: restart the key on the channel where it ends first.
                channel = known.min { held[$0][note.pitch] < held[$1][note.pitch] } ?? 0
            }
            held[channel][note.pitch] = max(held[channel][note.pitch], end)
            let velocity = min(max(note.velocity, 1), 127)
            events.append(.init(block: start, isOn: true, channel: channel, key: note.pitch, velocity: velocity))
            events.append(.init(block: end, isOn: false, channel: channel, key: note.pitch, velocity: 0))
        }
        if programs.isEmpty { programs = [0] }
        events.sort { ($0.block, $0.isOn ? 1 : 0) < ($1.block, $1.isOn ? 1 : 0) }
    }

    private static func program(of note: Note) -> Int { min(max(note.program ?? 0, 0), 127) }
}
