extension StringProtocol {
    /// Without spaces, line feeds, control characters and zeros around it; those within become one space.
    func trimmingSpace() -> String {
        split { $0.isWhitespace || $0.unicodeScalars.allSatisfy { $0.value < 0x20 || $0.value == 0xFEFF } }
            .joined(separator: " ")
    }
}
