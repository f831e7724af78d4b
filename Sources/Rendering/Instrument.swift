/// The properties of an instrument that rendering needs.
struct Instrument: Hashable, Sendable {
    /// General MIDI program, from 0.
    var program: Int
    /// Practical range in MIDI notes, at sounding pitch.
    var range: ClosedRange<Int>
    /// Whether it is suitable for melodies.
    var isSoloist: Bool

    /// Maximum number of simultaneous notes when it plays alone.
    var stops: Int

    private init(_ program: Int, _ range: ClosedRange<Int>, solo: Bool, stops: Int = 1) {
        self.program = program
        self.range = range
        isSoloist = solo
        self.stops = stops
    }

    /// The instruments of chamber music, strings first.
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

    /// The note shifted into the range by the fewest octaves. Every range spans more than an octave, so this is always
    /// possible.
    func fitted(_ pitch: Int) -> Int {
        var fitted = pitch
        while fitted < range.lowerBound { fitted += 12 }
        while fitted > range.upperBound { fitted -= 12 }
        return fitted
    }

    /// The fraction of the notes that are within range, 0...1.
    func suits(_ pitches: [Int]) -> Double {
        guard !pitches.isEmpty else { return 0 }
        return Double(pitches.count { range.contains($0) }) / Double(pitches.count)
    }
}
