import ArgumentParser
import Music
import Readout
import Wire

struct Tuning: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show or set the players' tuning.",
        discussion: """
            Without a value, prints the tuning in force and the estimate. A frequency of A4 from 415 to 466 Hz sets \
            the tuning; auto estimates it from what is played.

            EXAMPLES:
              notectl tuning
              notectl tuning 415
              notectl tuning auto
            """)

    @OptionGroup var connection: ConnectionOptions

    @Argument(help: ArgumentHelp("The frequency of A4 in hertz, 415 to 466, or auto.", valueName: "hertz|auto"))
    var value: String?

    /// The requested tuning; nil for auto.
    private func a4() throws -> Double? {
        if value == "auto" { return nil }
        guard let value, let hertz = Double(value), ConcertPitch.range.contains(hertz) else {
            throw ValidationError("The tuning must be a frequency of A4 from 415 to 466 Hz, or auto.")
        }
        return hertz
    }

    func validate() throws { if value != nil { _ = try a4() } }

    func run() throws {
        if value != nil { _ = try connection.request(.tuningSet(a4: try a4())) }
        do {
            let status = try connection.request(.status).decoded(as: Status.self)
            guard let tuning = status.tuning else {
                throw failure("this daemon does not report its tuning; update it", .badData)
            }
            try printLine(TuningSummary(tuning).text)
        } catch let error as WireError {
            throw failure(error.description, .ioError)
        }
    }
}
