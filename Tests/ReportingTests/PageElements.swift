import Foundation
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// How often each element occurs; throws where the text is not well-formed XML.
func elements(_ text: String) throws -> [String: Int] {
    let parser = XMLParser(data: Data(text.utf8))
    let counter = ElementCounter()
    parser.delegate = counter
    try #require(parser.parse(), "line \(parser.lineNumber): \(String(describing: parser.parserError))")
    return counter.counts
}

private final class ElementCounter: NSObject, XMLParserDelegate {
    private(set) var counts: [String: Int] = [:]

    func parser(
        _ parser: XMLParser, didStartElement elementName: String, namespaceURI: String?, qualifiedName qName: String?,
        attributes attributeDict: [String: String] = [:]
    ) {
        counts[elementName, default: 0] += 1
    }
}
