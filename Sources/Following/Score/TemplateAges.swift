import Foundation

/// The ages at which the sound of a note is stored, in hops of 512 samples: every hop while the sound changes fast,
/// then less and less often.
package struct TemplateAges: Sendable {
    /// Every hop up to this one is stored.
    private static let dense = 16
    /// From there on, ages grow by this factor.
    private static let growth = 1.06
    /// The greatest age, in seconds.
    private static let longest = 3.0

    /// Ascending from 0, the onset, when nothing sounds yet.
    package let hops: [Int]
    // For each whole hop up to the last age, the row at or before it.
    private let rows: [Int]

    package init() {
        var hops = Array(0...Self.dense)
        let last = Int(Self.longest * SlidingSpectrum.rate)
        while let age = hops.last, age < last {
            hops.append(min(last, max(age + 1, Int((Double(age) * Self.growth).rounded()))))
        }
        self.hops = hops
        rows = (0...last).map { age in (hops.firstIndex { $0 > age } ?? hops.count) - 1 }
    }

    /// Number of ages.
    package var count: Int { hops.count }
    /// The greatest age, in hops.
    package var last: Int { rows.count - 1 }

    /// The row at or before an age, and how far the age is on the way to the next row, 0..<1.
    func place(of age: Float) -> (row: Int, share: Float) {
        guard age > 0 else { return (0, 0) }
        guard age < Float(last) else { return (count - 1, 0) }
        let row = rows[Int(age)]
        return (row, (age - Float(hops[row])) / Float(hops[row + 1] - hops[row]))
    }
}

/// The templates of one program.
package struct TemplateSheet: Sendable, Equatable {
    /// Seconds in which magnitudes fall to 1/e after the key is released.
    package var release: Float
    /// By pitch: powers, age x band.
    package var notes: [Int: [Float]]

    package init(release: Float, notes: [Int: [Float]]) {
        self.release = release
        self.notes = notes
    }
}
