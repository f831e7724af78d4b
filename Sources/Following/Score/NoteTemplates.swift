import Foundation

/// The sounds of single notes, from which the expected sound of every moment of a score is assembled.
///
/// For each General MIDI program and pitch they hold the power in each band of ``SlidingSpectrum``, by age, of one note
/// that is struck at MIDI velocity ``velocity``, dry, at the synthesiser's own output level. A frame of age a (in hops
/// of 512 samples) covers the 2048 samples that end 512 * a samples after the MIDI onset, as a trailing window does.
/// About 65 ages up to 3 s are stored, most of them at the beginning. Between two ages, powers are interpolated. Beyond
/// 3 s, a note decays as it did in the last second before.
///
/// Memory: 20 kB per note. Reading allocates nothing and takes no lock, on any thread.
public struct NoteTemplates: Sendable {
    /// A note of an instrument.
    public struct Key: Hashable, Sendable {
        /// General MIDI program, 0...127.
        public var program: Int
        /// MIDI note number, 0...127.
        public var pitch: Int

        public init(program: Int, pitch: Int) {
            self.program = program
            self.pitch = pitch
        }
    }

    /// MIDI velocity at which the notes are struck.
    public static let velocity = 80

    /// Number of bands.
    public let bands: Int
    /// Number of notes.
    public let count: Int
    /// Stored ages, in hops.
    public var ages: [Int] { table.hops }

    let table: TemplateAges
    // note x age x band.
    private let powers: [Float]
    // For each note, time constants in hops: of the decay after its release, and of the decay beyond the last age while
    // it is held.
    private let releases: [Float]
    private let decays: [Float]
    // By program * 128 + pitch; -1 if there is no template.
    private let indices: [Int32]

    /// No templates.
    public static let none = NoteTemplates(bands: 0, table: TemplateAges(), sheets: [:], notes: [])

    /// - Parameters:
    ///   - sheets: by program. There are no templates of other programs, nor of pitches that a sheet lacks.
    ///   - notes: the notes to keep, with the programs under which their sounds are filed.
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

    /// The time constant of the decay in the last second, in hops; infinite for a sustained note.
    private static func decay(_ rows: [Float], bands: Int, table: TemplateAges) -> Float {
        let later = table.count - 1
        guard let earlier = table.hops.firstIndex(where: { $0 >= table.last - Int(SlidingSpectrum.rate) }),
            earlier < later
        else { return .infinity }
        let before = rows[(earlier * bands)..<((earlier + 1) * bands)].reduce(0, +)
        let after = rows[(later * bands)..<((later + 1) * bands)].reduce(0, +)
        // Nothing is left that could decay.
        guard after > 0, before > after else { return .infinity }
        return 2 * Float(table.hops[later] - table.hops[earlier]) / log(before / after)
    }

    /// The index of a note; nil if it has no template.
    public func index(program: Int, pitch: Int) -> Int? {
        guard (0..<128).contains(program), (0..<128).contains(pitch) else { return nil }
        let index = indices[128 * program + pitch]
        return index < 0 ? nil : Int(index)
    }

    /// The hops in which a note's magnitudes fall to 1/e after its key is released.
    public func releaseTime(of index: Int) -> Float {
        releases.indices.contains(index) ? releases[index] : 0
    }

    /// The magnitudes of the bands at an age; empty for an invalid index.
    public func magnitudes(of index: Int, age: Float) -> [Float] {
        guard releases.indices.contains(index) else { return [] }
        var sum = [Float](repeating: 0, count: bands)
        sum.withUnsafeMutableBufferPointer {
            if let base = $0.baseAddress { addPower(of: index, age: age, into: base) }
        }
        return sum.map { $0.squareRoot() }
    }

    /// Adds the powers of a note to `sum`.
    ///
    /// - Parameters:
    ///   - index: see ``index(program:pitch:)``. An invalid index adds nothing.
    ///   - age: hops since the onset. An age of 0 or less adds nothing.
    ///   - sinceRelease: hops since the key was released; nil, or negative, while it is held.
    ///   - gain: a factor for the magnitudes.
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
