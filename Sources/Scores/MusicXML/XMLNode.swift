/// An XML element with what it holds: a small tree, for one measure at a time.
struct XMLNode: Sendable {
    var name: String
    var attributes: [String: String] = [:]
    var text = ""
    var children: [XMLNode] = []

    /// The first child of a name.
    func first(_ name: String) -> XMLNode? { children.first { $0.name == name } }

    /// All children of a name.
    func all(_ name: String) -> some Sequence<XMLNode> { children.lazy.filter { $0.name == name } }

    func has(_ name: String) -> Bool { children.contains { $0.name == name } }

    /// The text of the first child of a name, without space around it; nil where there is none or it is empty.
    func text(_ name: String) -> String? { first(name)?.trimmed }

    /// The number in the first child of a name; nil where there is none or it is no number.
    func number(_ name: String) -> Double? { text(name).flatMap(Self.number) }

    func integer(_ name: String) -> Int? { number(name).flatMap { Int(exactly: $0.rounded()) } }

    func attributeNumber(_ name: String) -> Double? { attributes[name].flatMap(Self.number) }

    /// The text without space around it; nil if nothing remains.
    var trimmed: String? {
        let text = text.trimmingSpace()
        return text.isEmpty ? nil : text
    }

    /// A decimal number of reasonable size.
    static func number(_ text: String) -> Double? {
        guard let value = Double(text) ?? Double(text.trimmingSpace()), value.isFinite, abs(value) < 1e9 else {
            return nil
        }
        return value
    }
}
