import Foundation
import TestSupport
import Testing

@Suite("Documented Swift")
struct SnippetTests {
    private static let example = "Examples/Library/Sources/shrink/main.swift"

    @Test("compiles: every block stands in a file that is built")
    func compiled() throws {
        let built = try [SnippetTests.example, "Tests/JointRankTests/Documentation/Snippets.swift"].map { file in
            try DocumentedText.lines(file).map(DocumentedText.normalized).filter { $0 != "" }.joined(separator: "\n")
        }
        let snippets = try DocumentedText.snippets()
        #expect(Set(snippets.map(\.file)).isSuperset(of: ["README.md", "Sources/JointRank/FrontDoors/Compressor.swift"]))
        for snippet in snippets {
            #expect(snippet.text != "" && built.contains { $0.contains(snippet.text) }, "\(snippet.file):\n\(snippet.text)")
        }
    }

    @Test("The README's example makes the file and says so")
    func example() throws {
        let workspace = try Workspace(samples: 1200)
        let process = Process()
        process.executableURL = Command.executable.deletingLastPathComponent().appending(path: "shrink")
        process.currentDirectoryURL = URL(filePath: workspace.folder.path)
        let printed = workspace.folder.path("printed")
        try workspace.folder.write(Data(), to: "printed")
        process.standardOutput = try FileHandle(forWritingTo: URL(filePath: printed))
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        let lines = try String(decoding: workspace.folder.read("printed"), as: UTF8.self).split(separator: "\n")
        #expect(lines.contains("certifying the result 300 300"))
        #expect(lines.last?.contains(" 3510 -> ") == true, "\(lines.suffix(3))")
        #expect(FileManager.default.fileExists(atPath: workspace.folder.path("small.onnx")))
    }
}
