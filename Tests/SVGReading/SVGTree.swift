import Figures
import Foundation

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// An SVG document parsed as XML, for tests of its structure.
public final class SVGTree: NSObject, XMLParserDelegate {
    public struct Element {
        public var name: String
        public var attributes: [String: String]
        public var text = ""
        public var depth = 0

        public var classes: [Substring] { attributes["class"]?.split(separator: " ") ?? [] }
        public func number(_ key: String) -> Double { attributes[key].flatMap(Double.init) ?? .nan }
    }

    public private(set) var elements: [Element] = []
    private var open: [Int] = []

    /// Nil if the text is not well-formed XML.
    public init?(_ document: SVGDocument) {
        super.init()
        let parser = XMLParser(data: Data(document.text.utf8))
        parser.delegate = self
        guard parser.parse() else { return nil }
    }

    public func named(_ name: String) -> [Element] { elements.filter { $0.name == name } }
    public func withClass(_ name: String) -> [Element] { elements.filter { $0.classes.contains(Substring(name)) } }
    public var texts: [String] { named("text").map(\.text) }

    public func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        elements.append(Element(name: name, attributes: attributes, depth: open.count))
        open.append(elements.count - 1)
    }

    public func parser(_ parser: XMLParser, foundCharacters string: String) {
        if let last = open.last { elements[last].text += string }
    }

    public func parser(
        _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
    ) {
        open.removeLast()
    }
}
