import Foundation

/// The sounds of single notes, from which the sound of every moment of a score is put together.
///
/// Kept for each General MIDI program and pitch: the power in each band of ``SlidingSpectrum`` of one note, struck at MIDI velocity
/// ``velocity``, dry, at the synthesiser's own output level, by age. A frame of age a (in hops of 512 samples) covers the 2048
/// samples that end 512 * a samples after the MIDI onset: what a trailing window sees. Ages up to 3 s are kept (some 65, dense at the
/// beginning); between two, powers are interpolated; later ones die away as the note did before 3 s.
///
/// Memory: 20 kB a note. Reading allocates nothing and takes no lock; from any thread.
public struct NoteTemplates: Sendable {
    /// An instrument's note.
    public struct Key: Hashable, Sendable {
        /// General MIDI, 0...127.
        public var program: Int
        /// MIDI note number, 0...127.
        public var pitch: Int

        public init(program: Int, pitch: Int) {
            self.program = program
            self.pitch = pitch
        }
    }

    /// MIDI velocity at which the notes were struck.
    public static let velocity = 80

    /// Number of bands.
    public let bands: Int
    /// Number of notes.
    public let count: Int
    /// Ages kept, in hops.
    public var ages: [Int] { table.hops }

    let table: TemplateAges
    // note x age x band.
    private let powers: [Float]
    // For each note, in hops: magnitudes fall to 1/e after its release, and, held, beyond the last age.
    private let releases: [Float]
    private let decays: [Float]
    // By program * 128 + pitch; -1 where there is none.
    private let indices: [Int32]

    /// No notes.
    public static let none = NoteTemplates(bands: 0, table: TemplateAges(), sheets: [:], notes: [])

    /// - Parameters:
    ///   - sheets: by program; of programs that aren't there, and of pitches that a sheet lacks, there is no template.
    ///   - notes: those to keep, and the programs that their sounds are filed under.
    package init(bands: Int, table: TemplateAges, sheets: [Int: TemplateSheet], notes: [(key: Key, program: Int)]) {
        self.bands = bands
        self.table = table
        var powers: [Float] = []
        var releases: [Float] = []
        var decays: [Float] = []
        var indices = [Int32](repeating: -1, count: 128 * 128)
        var known: [Key: Int32] = [:]
        powers.reserveCapacity(notes.count * table.count * bands)
        for (key, program) in notes {
            guard (0..<128).contains(key.program), (0..<128).contains(key.pitch) else { continue }
            let filed = Key(program: program, pitch: key.pitch)
            if let index = known[filed] {
                indices[128 * key.program + key.pitch] = index
                continue
            }
            guard let sheet = sheets[program], let rows = sheet.notes[key.pitch], rows.count == table.count * bands
            else { continue }
            indices[128 * key.program + key.pitch] = Int32(releases.count)
            known[filed] = Int32(releases.count)
            powers += rows
            releases.append(sheet.release * Float(SlidingSpectrum.rate))
            decays.append(Self.decay(rows, bands: bands, table: table))
        }
        self.powers = powers
        self.releases = releases
        self.decays = decays
        self.indices = indices
        count = releases.count
    }

    /// The time constant of the last second, in hops. Infinite where the note is sustained.
    private static func decay(_ rows: [Float], bands: Int, table: TemplateAges) -> Float {
        let later = table.count - 1
        guard let earlier = table.hops.firstIndex(where: { $0 >= table.last - Int(SlidingSpectrum.rate) }),
            earlier < later
        else { return .infinity }
        let before = rows[(earlier * bands)..<((earlier + 1) * bands)].reduce(0, +)
        let after = rows[(later * bands)..<((later + 1) * bands)].reduce(0, +)
        // Nothing left: it doesn't matter.
        guard after > 0, before > after else { return .infinity }
        return 2 * Float(table.hops[later] - table.hops[earlier]) / log(before / after)
    }

    /// A note's index, nil where its sound isn't known.
    public func index(program: Int, pitch: Int) -> Int? {
        guard (0..<128).contains(program), (0..<128).contains(pitch) else { return nil }
        let index = indices[128 * program + pitch]
        return index < 0 ? nil : Int(index)
    }

    /// How long it takes a note's magnitudes to fall to 1/e once its key is released, in hops.
    public func releaseTime(of index: Int) -> Float {
        releases.indices.contains(index) ? releases[index] : 0
    }

    /// Magnitudes of the bands at an age; empty for an index that isn't one.
    public func magnitudes(of index: Int, age: Float) -> [Float] {
        guard releases.indices.contains(index) else { return [] }
        var sum = [Float](repeating: 0, count: bands)
        sum.withUnsafeMutableBufferPointer {
            if let base = $0.baseAddress { addPower(of: index, age: age, into: base) }
        }
        return sum.map { $0.squareRoot() }
    }

    /// Adds a note's powers to what sounds already.
    ///
    /// - Parameters:
    ///   - index: see ``index(program:pitch:)``; others add nothing.
    ///   - age: hops since its onset. At 0 and before it adds nothing.
    ///   - sinceRelease: hops since its key was released; nil, or negative, while it is held.
    ///   - gain: a factor of magnitudes.
    ///   - sum: ``bands`` powers.
    public func addPower(
        of index: Int, age: Float, sinceRelease: Float? = nil, gain: Float = 1, into sum: UnsafeMutablePointer<Float>
    ) {
        guard age > 0, index >= 0, index < count else { return }
        var factor = gain * gain
        if let sinceRelease, sinceRelease > 0 { factor *= exp(-2 * sinceRelease / releases[index]) }
        if age > Float(table.last) { factor *= exp(-2 * (age - Float(table.last)) / decays[index]) }
        let (row, share) = table.place(of: age)
        powers.withUnsafeBufferPointer { powers in
            guard let base = powers.baseAddress else { return }
            let before = base + (index * table.count + row) * bands
            let after = row + 1 < table.count ? before + bands : before
            let (first, second) = (factor * (1 - share), factor * share)
            for band in 0..<bands { sum[band] += first * before[band] + second * after[band] }
        }
    }
}
