/// The note sounds of one program.
package struct TemplateSheet: Sendable, Equatable {
    /// Seconds in which magnitudes fall to 1/e once the key is released.
    package var release: Float
    /// By pitch: powers, age x band.
    package var notes: [Int: [Float]]

    package init(release: Float, notes: [Int: [Float]]) {
        self.release = release
        self.notes = notes
    }
}
