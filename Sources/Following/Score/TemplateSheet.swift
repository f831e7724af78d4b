/// The note sounds of one program.
struct TemplateSheet: Sendable, Equatable {
    /// Seconds in which magnitudes fall to 1/e once the key is released.
    var release: Float
    /// By pitch: powers, age x band.
    var notes: [Int: [Float]]
}
