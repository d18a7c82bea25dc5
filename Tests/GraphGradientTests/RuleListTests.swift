import Foundation
import GraphGradient
import Testing

/// Support/differentiable-operators.txt tells a reader which operators can be differentiated; these tests keep it true.
@Suite("The list of rules")
struct RuleListTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()

    @Test("The list names every rule")
    func listNamesEveryRule() throws {
        let rules = GradientRules.all.map { name, rule in
            switch rule {
            case .zero: "\(name) zero"
            case .backward: "\(name) backward"
            case .composite: "\(name) composite"
            }
        }
        let listed = try String(contentsOf: Self.folder.appending(path: "Support/differentiable-operators.txt"), encoding: .utf8)
            .split(separator: "\n").map(String.init).filter { !$0.hasPrefix("#") }
        #expect(rules.sorted() == listed)
    }

    @Test("Every rule occurs in a case")
    func everyRuleOccursInACase() throws {
        let suites = try FileManager.default.contentsOfDirectory(at: Self.folder, includingPropertiesForKeys: nil)
            .filter { $0.lastPathComponent.hasSuffix("Tests.swift") && $0.lastPathComponent != "GradientCheckTests.swift" }
            .map { try String(contentsOf: $0, encoding: .utf8) }
            .filter { $0.contains("GradientCheck.expect") || $0.contains("DecompositionCheck.expect") }
        let uncovered = GradientRules.all.keys.filter { name in
            if case .zero = GradientRules.all[name] { return false }
            return !suites.contains { $0.contains("\"\(name)\"") }
        }
        #expect(uncovered.sorted() == [])
    }
}
