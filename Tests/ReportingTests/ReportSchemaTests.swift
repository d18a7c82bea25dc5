import Foundation
import Reporting
import Testing

/// That documents fit the schema is tested with the command's own output; here, that no field was forgotten on either side.
@Suite("The schema of the compression report")
struct ReportSchemaTests {
    private let schema: [String: Any]

    init() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Documentation/schemas/report.schema.json")
        schema = try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
    }

    @Test("It has the fields of the report, and no others")
    func fields() throws {
        #expect(described(schema, "").sorted() == stored(SampleReports.compression, "").sorted())
    }

    @Test("Objects allow no other fields, and the number is the report's")
    func closed() throws {
        func check(_ value: Any, _ path: String) {
            if let list = value as? [Any] { for (index, element) in list.enumerated() { check(element, "\(path)[\(index)]") } }
            guard let object = value as? [String: Any] else { return }
            if object["properties"] is [String: Any] { #expect(object["additionalProperties"] as? Bool == false, "\(path)") }
            for (key, element) in object { check(element, "\(path)/\(key)") }
        }
        check(schema, "")
        let properties = schema["properties"] as? [String: [String: Any]]
        #expect(properties?["schema"]?["const"] as? String == SampleReports.compression.schema)
    }

    /// The paths of all fields that a schema describes.
    private func described(_ node: [String: Any], _ path: String) -> Set<String> {
        if let reference = node["$ref"] as? String {
            let definitions = schema["$defs"] as? [String: [String: Any]]
            return described(definitions?[String(reference.dropFirst("#/$defs/".count))] ?? [:], path)
        }
        if let items = node["items"] as? [String: Any] { return described(items, path + "[]") }
        let properties = node["properties"] as? [String: [String: Any]] ?? [:]
        return properties.reduce(into: []) { paths, property in
            let own = path.isEmpty ? property.key : "\(path).\(property.key)"
            paths.formUnion(described(property.value, own).union([own]))
        }
    }

    /// The paths of all stored properties of a value, those included that are nil.
    private func stored(_ value: Any, _ path: String) -> Set<String> {
        let mirror = Mirror(reflecting: value)
        switch mirror.displayStyle {
        case .optional, .collection:
            let inner = mirror.displayStyle == .collection ? path + "[]" : path
            return mirror.children.reduce(into: []) { $0.formUnion(stored($1.value, inner)) }
        case .struct:
            return mirror.children.reduce(into: []) { paths, child in
                guard let label = child.label else { return }
                let own = path.isEmpty ? label : "\(path).\(label)"
                paths.formUnion(stored(child.value, own).union([own]))
            }
        default: return []
        }
    }
}
