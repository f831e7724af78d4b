/// An XML element with its content: a small tree, for one measure at a time.
struct XMLNode: Sendable {
    var name: String
    var attributes: [String: String] = [:]
    var text = ""
    var children: [XMLNode] = []

    /// The first child with a name.
    func first(_ name: String) -> XMLNode? { children.first { $0.name == name } }

    /// All children with a name.
    func all(_ name: String) -> some Sequence<XMLNode> { children.lazy.filter { $0.name == name } }

    func has(_ name: String) -> Bool { children.contains { $0.name == name } }

    /// The trimmed text of the first child with a name; nil if there is none or it is empty.
    func text(_ name: String) -> String? { first(name)?.trimmed }

    /// The number in the first child with a name; nil if there is none or it is not a number.
    func number(_ name: String) -> Double? { text(name).flatMap(Self.number) }

    func integer(_ name: String) -> Int? { number(name).flatMap { Int(exactly: $0.rounded()) } }

    func attributeNumber(_ name: String) -> Double? { attributes[name].flatMap(Self.number) }

    /// The trimmed text; nil if it is empty.
    var trimmed: String? {
        let text = text.trimmingSpace()
        return text.isEmpty ? nil : text
    }

    /// Parses a decimal number below 10^9 in magnitude.
    static func number(_ text: String) -> Double? {
        guard let value = Double(text) ?? Double(text.trimmingSpace()), value.isFinite, abs(value) < 1e9 else {
            return nil
        }
        return value
    }
}
