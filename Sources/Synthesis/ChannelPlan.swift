import Music

/// Which MIDI channel plays which note, and when.
struct ChannelPlan {
    struct Event {
        /// Counted from the beginning.
        var block: Int
        var isOn: Bool
        var channel: Int
        var key: Int
        var velocity: Int
    }

    /// FluidSynth's limit.
    static let mostChannels = 256
    /// Nothing later is played.
    private static let longest = 86_400.0

    /// Of each channel; never empty.
    private(set) var programs: [Int] = []
    /// In order of time; at the same time what ends comes before what begins.
    private(set) var events: [Event] = []

    /// - Parameter blockRate: blocks a second.
    init(_ notes: [Note], blockRate: Double) {
        // The block until which a key is held, for each channel.
        var held: [[Int]] = []
        var channelsOfProgram: [Int: [Int]] = [:]
        let wanted = Set(notes.map { Self.program(of: $0) })
        events.reserveCapacity(2 * notes.count)
        for note in notes.sorted(by: { $0.start < $1.start }) {
            guard (0...127).contains(note.pitch), note.start < Self.longest, note.end > note.start else { continue }
            let program = Self.program(of: note)
            let start = Int((max(0, note.start) * blockRate).rounded())
            let end = max(start + 1, Int((min(note.end, Self.longest) * blockRate).rounded()))
            let known = channelsOfProgram[program, default: []]
            let channel: Int
            if let free = known.first(where: { held[$0][note.pitch] <= start }) {
                channel = free
            } else if known.isEmpty || held.count + wanted.count - channelsOfProgram.count < Self.mostChannels {
                channel = held.count
                held.append([Int](repeating: 0, count: 128))
                programs.append(program)
                channelsOfProgram[program, default: []].append(channel)
            } else {
                // No channel is left: strike the key again where it ends first.
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
