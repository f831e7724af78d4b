/// A note or rest in **kern, such as "[4.cc#" or "8r".
struct KernToken {
    /// In beats; nil if the token has none.
    private(set) var duration: Double?
    /// MIDI note number; nil for a rest.
    private(set) var pitch: Int?
    private(set) var isTiedOn = false
    private(set) var isTiedBack = false
    private(set) var isGrace = false

    init(_ token: Substring) {
        // The first number is the duration: later ones are not, such as the value of a tremolo (@16@).
        var isDurationRead = false
        var isTremolo = false
        var digits = ""
        var divisor = ""
        var isRational = false
        var dots = 0
        var letter: Character?
        var count = 0
        var alter = 0
        var isRest = false
        for character in token.prefix(64) {
            if !digits.isEmpty, !("0"..."9").contains(character), character != "%" { isDurationRead = true }
            switch character {
            case "@": isTremolo.toggle()
            case "0"..."9":
                guard !isDurationRead, !isTremolo else { continue }
                if isRational { divisor.append(character) } else { digits.append(character) }
            case "%": if !digits.isEmpty, !isDurationRead { isRational = true }
            case ".": dots += 1
            case "a"..."g", "A"..."G":
                if letter == nil { letter = character }
                if letter == character { count += 1 }
            case "#": alter += 1
            case "-": alter -= 1
            case "[": isTiedOn = true
            case "]": isTiedBack = true
            case "_":
                isTiedOn = true
                isTiedBack = true
            case "q", "Q": isGrace = true
            case "r": isRest = true
            default: break
            }
        }
        duration = Self.duration(digits, divisor, dots: dots)
        if !isRest, let letter { pitch = Self.pitch(letter, count: count, alter: alter) }
    }

    /// "c" is middle C, "cc" the C above it, "C" the C below it, "CC" one octave lower.
    private static func pitch(_ letter: Character, count: Int, alter: Int) -> Int? {
        guard let semitone = ["c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11][letter.lowercased()] else {
            return nil
        }
        let octave = letter.isLowercase ? 3 + count : 4 - count
        return 12 * (octave + 1) + semitone + alter
    }

    /// 4 is a quarter, 8 an eighth, 0 a breve, 00 a long, 3%2 two thirds of a whole note; each dot adds half of the
    /// previous addition.
    private static func duration(_ digits: String, _ divisor: String, dots: Int) -> Double? {
        guard !digits.isEmpty, digits.count <= 6, divisor.count <= 6, let number = Int(digits) else { return nil }
        let whole: Double
        if number == 0 {
            whole = Double(1 << min(digits.count, 3))
        } else {
            whole = (Double(divisor).flatMap { $0 > 0 ? $0 : nil } ?? 1) / Double(number)
        }
        return 4 * whole * (2 - 1 / Double(1 << min(dots, 8)))
    }

    /// Parses "3/4", as in *M3/4.
    static func signature(_ text: Substring) -> Score.TimeSignature? {
        let numbers = text.split(separator: "/").map { Int($0) }
        guard numbers.count == 2, let numerator = numbers[0], let denominator = numbers[1],
            (1...1_000).contains(numerator), [1, 2, 4, 8, 16, 32, 64].contains(denominator)
        else { return nil }
        return .init(numerator, denominator)
    }
}
