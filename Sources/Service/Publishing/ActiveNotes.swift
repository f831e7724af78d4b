import Wire

/// Which notes are sounding, as the messages sent so far tell.
public struct ActiveNotes: Sendable, Equatable {
    private var sounding = [Bool](repeating: false, count: 128)
    /// Notes sounding.
    public private(set) var count = 0

    public init() {}

    /// Takes over what `message` says.
    public mutating func apply(_ message: ServerMessage) {
        switch message {
        case .noteOn(let note): set(note.note, true)
        case .noteOff(let note): set(note.note, false)
        case .resync(let resync):
            self = ActiveNotes()
            for note in resync.active { set(note, true) }
        default: break
        }
    }

    /// MIDI note numbers, ascending.
    public var notes: [Int] { sounding.indices.filter { sounding[$0] } }

    private mutating func set(_ note: Int, _ isSounding: Bool) {
        guard sounding.indices.contains(note), sounding[note] != isSounding else { return }
        sounding[note] = isSounding
        count += isSounding ? 1 : -1
    }
}
