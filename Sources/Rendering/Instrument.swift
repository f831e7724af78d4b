/// What rendering needs to know of an instrument: its General MIDI program and the notes it plays.
struct Instrument: Hashable, Sendable {
    /// From 0.
    var program: Int
    /// Written range of good players, MIDI notes.
    var range: ClosedRange<Int>
    /// Whether it carries a melody alone.
    var isSoloist: Bool

    /// Notes that it can play at once when it plays alone.
    var stops: Int

    private init(_ program: Int, _ range: ClosedRange<Int>, solo: Bool, stops: Int = 1) {
        self.program = program
        self.range = range
        isSoloist = solo
        self.stops = stops
    }

    /// Those of chamber music, strings first.
    static let orchestra: [Instrument] = [
        Instrument(40, 55...100, solo: true, stops: 3),  // violin
        Instrument(41, 48...88, solo: true, stops: 3),  // viola
        Instrument(42, 36...81, solo: true, stops: 3),  // cello
        Instrument(43, 28...60, solo: false),  // double bass
        Instrument(48, 36...96, solo: false, stops: 4),  // string ensemble
        Instrument(73, 60...96, solo: true),  // flute
        Instrument(68, 58...91, solo: true),  // oboe
        Instrument(69, 52...81, solo: false),  // cor anglais
        Instrument(71, 50...91, solo: true),  // clarinet
        Instrument(70, 34...72, solo: true),  // bassoon
        Instrument(60, 41...77, solo: true),  // horn
        Instrument(56, 55...82, solo: true),  // trumpet
        Instrument(6, 29...89, solo: false, stops: 8),  // harpsichord
        Instrument(24, 40...83, solo: true, stops: 5),  // guitar
    ]

    /// The note, shifted by octaves into the range: the nearest, as every range spans more than an octave.
    func fitted(_ pitch: Int) -> Int {
        var fitted = pitch
        while fitted < range.lowerBound { fitted += 12 }
        while fitted > range.upperBound { fitted -= 12 }
        return fitted
    }

    /// How well a register suits, 0...1: the share of its notes within range.
    func suits(_ pitches: [Int]) -> Double {
        guard !pitches.isEmpty else { return 0 }
        return Double(pitches.count { range.contains($0) }) / Double(pitches.count)
    }
}
