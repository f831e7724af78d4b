/// Writes metrics in the text format of Prometheus, version 0.0.4.
///
/// Source: https://prometheus.io/docs/instrumenting/exposition_formats. Names, help texts and labels are the caller's;
/// only label values are escaped.
struct PrometheusText {
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    enum Kind: String {
        case counter, gauge, histogram
    }

    private(set) var text = ""

    /// A metric with one value.
    mutating func add(_ name: String, _ kind: Kind, _ help: String, _ value: Double) {
        begin(name, kind, help)
        sample(name, [], value)
    }

    mutating func add(_ name: String, _ kind: Kind, _ help: String, _ value: some BinaryInteger) {
        begin(name, kind, help)
        sample(name, [], "\(value)")
    }

    /// A metric with one value of 1 that carries text.
    mutating func addInfo(_ name: String, _ help: String, _ labels: [(String, String)]) {
        begin(name, .gauge, help)
        sample(name, labels, "1")
    }

    /// A metric with one series per state, of which the current one is 1 and the others 0.
    mutating func addStates<S: CaseIterable & RawRepresentable & Equatable>(
        _ name: String, _ help: String, current: S?
    ) where S.RawValue == String {
        begin(name, .gauge, help)
        for state in S.allCases { sample(name, [("state", state.rawValue)], state == current ? "1" : "0") }
    }

    /// A metric with one series per value of a label.
    mutating func addSeries(
        _ name: String, _ kind: Kind, _ help: String, label: String, _ values: [(String, Int64)]
    ) {
        begin(name, kind, help)
        for (text, value) in values { sample(name, [(label, text)], "\(value)") }
    }

    /// Durations in seconds, with a bucket for each octave of `octaves`.
    mutating func add(_ name: String, _ help: String, _ histogram: LatencyHistogram, octaves: ClosedRange<Int>) {
        begin(name, .histogram, help)
        for octave in octaves {
            sample(
                name + "_bucket", [("le", "\(LatencyHistogram.bound(ofOctave: octave))")],
                "\(histogram.count(atMostOctave: octave))")
        }
        sample(name + "_bucket", [("le", "+Inf")], "\(histogram.count)")
        sample(name + "_sum", [], histogram.sum)
        sample(name + "_count", [], "\(histogram.count)")
    }

    private mutating func begin(_ name: String, _ kind: Kind, _ help: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
    }

    private mutating func sample(_ name: String, _ labels: [(String, String)], _ value: Double) {
        let number = value.isNaN ? "NaN" : value == .infinity ? "+Inf" : value == -.infinity ? "-Inf" : "\(value)"
        sample(name, labels, number)
    }

    private mutating func sample(_ name: String, _ labels: [(String, String)], _ value: String) {
        text += name
        if !labels.isEmpty {
            text += "{" + labels.map { "\($0.0)=\"\(Self.escaped($0.1))\"" }.joined(separator: ",") + "}"
        }
        text += " \(value)\n"
    }

    private static func escaped(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
