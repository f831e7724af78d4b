import Figures
import Foundation

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// An SVG document read back by an XML parser: what a viewer would see of its structure.
final class SVGTree: NSObject, XMLParserDelegate {
    struct Element {
        var name: String
        var attributes: [String: String]
        var text = ""
        var depth = 0

        var classes: [Substring] { attributes["class"]?.split(separator: " ") ?? [] }
        func number(_ key: String) -> Double { attributes[key].flatMap(Double.init) ?? .nan }
    }

    private(set) var elements: [Element] = []
    private var open: [Int] = []

    /// Nil when the text is no well-formed XML.
    init?(_ document: SVGDocument) {
        super.init()
        let parser = XMLParser(data: Data(document.text.utf8))
        parser.delegate = self
        guard parser.parse() else { return nil }
    }

    func named(_ name: String) -> [Element] { elements.filter { $0.name == name } }
    func withClass(_ name: String) -> [Element] { elements.filter { $0.classes.contains(Substring(name)) } }
    var texts: [String] { named("text").map(\.text) }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        elements.append(Element(name: name, attributes: attributes, depth: open.count))
        open.append(elements.count - 1)
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) {
        if let last = open.last { elements[last].text += string }
    }

    func parser(
        _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
    ) {
        open.removeLast()
    }
}
