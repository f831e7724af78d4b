extension StringProtocol {
    /// Removes surrounding spaces, line feeds, control characters and byte order marks; each run within becomes one
    /// space.
    func trimmingSpace() -> String {
        split { $0.isWhitespace || $0.unicodeScalars.allSatisfy { $0.value < 0x20 || $0.value == 0xFEFF } }
            .joined(separator: " ")
    }
}
