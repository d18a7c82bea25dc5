import Foundation
import GraphGradient
import Testing

/// `Documentation/operators.md` says what the code does.
@Suite("The page of operators")
struct OperatorManifestTests {
    private static let flows = "Gradients flow"
    private static let none = "No gradient by nature"
    private static let decomposed = "Decomposed"
    private static let notCovered = "Not covered"
    private static let counts = "Node tests"

    @Test("Groups are those of the rules")
    func groupsAreThoseOfTheRules() throws {
        let manifest = try OperatorManifest()
        func rules(_ belongs: (GradientRule) -> Bool) -> [String] {
            GradientRules.all.filter { belongs($0.value) }.keys.sorted()
        }
        #expect(manifest.operators(Self.flows) == rules { if case .backward = $0 { true } else { false } })
        #expect(manifest.operators(Self.none) == rules { if case .zero = $0 { true } else { false } })
        #expect(manifest.operators(Self.decomposed) == rules { if case .composite = $0 { true } else { false } })
        let reasons = manifest.reasons(Self.notCovered)
        #expect(reasons.keys.filter { GradientRules.all[$0] != nil } == [])
        #expect(reasons.filter { $0.value.isEmpty }.isEmpty)
    }

    /// Every operator of the standard stands in a group, and the counts are those of the package's test cases.
    @Test(
        "The counts of the page are those of the package's test cases",
        .enabled(if: ReferencePython.isInstalled, Comment(rawValue: ReferencePython.hint)),
        .enabled(if: OldModel.runtimeIsInstalled, Comment(rawValue: OldModel.hint)))
    func nodeTests() throws {
        let root = FileManager.default.temporaryDirectory.appending(path: "jointrank-node-tests-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: root) }
        try ReferencePython.run("node_cases.py", [root])
        let manifest = try OperatorManifest()
        let standard = try String(contentsOf: root.appending(path: "operators.txt"), encoding: .utf8).split(separator: "\n").map(
            String.init)
        let listed = Set(GradientRules.all.keys).union(manifest.reasons(Self.notCovered).keys)
        #expect(standard.filter { !listed.contains($0) } == [])
        #expect(standard.count > 150)

        var tally = NodeTally()
        for name in try FileManager.default.contentsOfDirectory(atPath: root.path).sorted() where name.hasPrefix("test_") {
            let example = try NodeCase(folder: root.appending(path: name))
            let outcome = try example.outcome()
            if case .wrong(let how) = outcome { Issue.record("\(name): \(how)") }
            tally.count(outcome, of: example.operatorName)
        }
        let table = tally.table
        #expect(manifest.section(Self.counts).hasSuffix(table), "\(OperatorManifest.path.path) should end in:\n\(table)")
    }
}

/// How many cases ended in what way.
private struct NodeTally {
    private var outcomes: [String: Int] = [:]
    private var refusals: [String: [String: Int]] = [:]

    mutating func count(_ outcome: NodeCase.Outcome, of operatorName: String) {
        switch outcome {
        case .covered: outcomes["the gradient agrees", default: 0] += 1
        case .flat: outcomes["the gradient is 0, and the function is flat", default: 0] += 1
        case .nothingToDifferentiate: outcomes["nothing to differentiate", default: 0] += 1
        case .notRun: outcomes["not run: ONNX Runtime does not take it", default: 0] += 1
        case .wrong: outcomes["wrong", default: 0] += 1
        case .refused(let reason):
            outcomes["not covered", default: 0] += 1
            refusals[reason, default: [:]][operatorName, default: 0] += 1
        }
    }

    var table: String {
        let counts = outcomes.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "| \($0.key) | \($0.value) |" }
        let reasons = refusals.sorted { $0.key < $1.key }.map { reason, operators in
            let names = operators.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
            return "| \(reason) | \(names) |"
        }
        return (["| outcome | cases |", "| --- | --- |"] + counts + ["", "| not covered because | cases |", "| --- | --- |"] + reasons)
            .joined(separator: "\n")
    }
}
