import Foundation

/// `Documentation/operators.md`: which operators gradients flow through, and how many test cases of the `onnx` package that covers.
struct OperatorManifest {
    static let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../Documentation/operators.md")
        .standardized

    /// Section bodies by their headings.
    private let sections: [String: String]

    init() throws {
        var sections: [String: String] = [:]
        let text = try String(contentsOf: Self.path, encoding: .utf8)
        for section in text.split(separator: "\n## ") {
            let parts = section.split(separator: "\n", maxSplits: 1)
            if parts.count == 2 { sections[String(parts[0])] = parts[1].trimmingCharacters(in: .newlines) }
        }
        self.sections = sections
    }

    func section(_ heading: String) -> String {
        sections[heading] ?? ""
    }

    /// The operators of a section, which stand between backquotes.
    func operators(_ heading: String) -> [String] {
        let pieces = section(heading).split(separator: "`", omittingEmptySubsequences: false)
        return pieces.enumerated().filter { $0.offset % 2 == 1 }.map { String($0.element) }
    }

    /// The rows of a section's table below its head, by the first cell.
    func reasons(_ heading: String) -> [String: String] {
        var reasons: [String: String] = [:]
        for line in section(heading).split(separator: "\n") where line.hasPrefix("| `") {
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            if cells.count == 2 { reasons[cells[0].trimmingCharacters(in: ["`"])] = cells[1] }
        }
        return reasons
    }
}
