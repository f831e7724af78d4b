import ArgumentParser
import Basics
import Music

/// The value of `--a4`: a frequency in hertz, or `auto`.
enum TuningOption: ExpressibleByArgument {
    case automatic
    case set(Double)

    init?(argument: String) {
        if argument == "auto" {
            self = .automatic
        } else if let hertz = Double(argument), ConcertPitch.range.contains(hertz) {
            self = .set(hertz)
        } else {
            return nil
        }
    }

    /// The tuning that was set; nil to estimate it.
    var hertz: Double? {
        if case .set(let hertz) = self { hertz } else { nil }
    }

    var defaultValueDescription: String {
        switch self {
        case .automatic: "auto"
        case .set(let hertz): Numeral.decimal(hertz, places: 1)
        }
    }
}
