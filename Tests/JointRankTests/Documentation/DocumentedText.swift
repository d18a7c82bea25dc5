import Foundation
import JointRank
import Testing

/// What the README, the articles and the help texts tell a reader to type.
enum DocumentedText {
    /// One command line, and where it stands.
    struct CommandLine: CustomTestStringConvertible {
        let file: String
        /// The line as a shell would take it, continued lines joined.
        let text: String

        /// The arguments, without the program's name.
        var arguments: [String]? { MetricOptions.words(of: text).map { Array($0.dropFirst()) } }

        var testDescription: String { "\(file): \(text)" }
    }

    static let repository = URL(filePath: #filePath).appending(path: "../../../..").standardizedFileURL

    /// The README and the articles, by path from the repository.
    static let pages = ["README.md"] + files(in: "Sources/JointRank/JointRank.docc", ending: ".md")

    static func files(in folder: String, ending: String) -> [String] {
        let names = (try? FileManager.default.subpathsOfDirectory(atPath: repository.appending(path: folder).path)) ?? []
        return names.filter { $0.hasSuffix(ending) }.sorted().map { "\(folder)/\($0)" }
    }

    static func lines(_ file: String) throws -> [String] {
        try String(contentsOf: repository.appending(path: file), encoding: .utf8).components(separatedBy: "\n")
    }

    /// Every indented `jointrank` command of the pages, and every example in the command's help.
    static func commands() throws -> [CommandLine] {
        try pages.flatMap { try commands(in: $0, after: "    ") }
            + files(in: "Sources/jointrank-command", ending: ".swift").flatMap { try commands(in: $0, after: "Example: ") }
    }

    private static func commands(in file: String, after mark: String) throws -> [CommandLine] {
        var commands: [CommandLine] = []
        var continued: String?
        for line in try lines(file) {
            var text = (continued ?? "") + line
            if continued == nil {
                guard let start = line.range(of: mark + "jointrank ") else { continue }
                text = "jointrank " + line[start.upperBound...]
            }
            continued = nil
            if text.hasSuffix("\\") {
                continued = String(text.dropLast())
            } else {
                // A help text in one line ends in a quotation mark.
                commands.append(CommandLine(file: file, text: text.hasSuffix("\")") ? String(text.dropLast(2)) : text))
            }
        }
        return commands
    }

    /// Every fenced block of Swift in the pages and in the library's doc comments, without indentation, by the file where it stands.
    static func snippets() throws -> [(file: String, text: String)] {
        let sources = files(in: "Sources/JointRank", ending: ".swift") + files(in: "Sources/Reporting", ending: ".swift")
        return try (pages + sources).flatMap { file in
            var snippets: [(file: String, text: String)] = []
            var block: [String]?
            for line in try lines(file) {
                let isComment = file.hasSuffix(".swift")
                guard !isComment || line.contains("///") else { continue }
                let text = normalized(isComment ? line.replacing(/^ *\/\/\//, with: "") : line)
                if text == "```swift" {
                    block = []
                } else if text == "```", let lines = block {
                    snippets.append((file, lines.joined(separator: "\n")))
                    block = nil
                } else if text != "" {
                    block?.append(text)
                }
            }
            return snippets
        }
    }

    /// A line without indentation.
    static func normalized(_ line: String) -> String { line.trimmingCharacters(in: .whitespaces) }
}
