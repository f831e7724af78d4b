/// The colours of the readout.
enum Palette {
    /// One colour per pitch class from C, of equal lightness (OKLCH 0.78, chroma 0.15). A fifth is 30 degrees of hue,
    /// so adjacent keys have contrasting colours and consonant notes have similar ones.
    private static let pitchClasses: [Colour] = [
        Colour(0xFF8E86), Colour(0x38C5FF), Colour(0xE3AE28), Colour(0xBFA2FF), Colour(0x75D079), Colour(0xFF8CBC),
        Colour(0x00D2E5), Colour(0xFF9B50), Colour(0x88B4FF), Colour(0xB5C242), Colour(0xE794EC), Colour(0x00D6B2),
    ]

    static func colour(ofNote note: Int) -> Colour {
        pitchClasses[((note % 12) + 12) % 12]
    }

    /// Louder notes are brighter.
    static func colour(ofNote note: Int, velocity: Int) -> Colour {
        colour(ofNote: note).mixed(with: whiteKeyRow, share: 0.5 * (1 - min(Double(max(velocity, 0)), 100) / 100))
    }

    static let text = Colour(0xD8D8D8)
    static let faint = Colour(0x808080)
    static let ended = Colour(0x585858)
    static let attack = Colour(0xFFFFFF)
    static let good = Colour(0x5FD787)
    static let warning = Colour(0xFFAF00)
    static let alarm = Colour(0xFF5F5F)
    static let ink = Colour(0x121212)
    static let blackKeyRow = Colour(0x121212)
    static let whiteKeyRow = Colour(0x1C1C1C)
    static let octaveRow = Colour(0x303030)
}
