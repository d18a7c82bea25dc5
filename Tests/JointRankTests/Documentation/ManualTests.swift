import Foundation
import TestSupport
import Testing

@Suite("The manual page")
struct ManualTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    /// Runs a program that must succeed; what it writes to standard error.
    @discardableResult
    private func run(_ program: URL, _ arguments: [String]) throws -> String {
        let outcome = try Command.Running(program, arguments, folder: folder.path).finish()
        try #require(outcome.exitCode == 0, "\(outcome.errors)")
        return outcome.errors
    }

    private func page(_ name: String = "jointrank.1") throws -> String {
        try run(DocumentedText.repository.appending(path: "Scripts/build-manual"), [Command.executable.path, name])
        return String(decoding: try folder.read(name), as: UTF8.self)
    }

    @Test("has every command and every option, the same bytes each time")
    func complete() throws {
        let page = try page()
        #expect(try self.page("again.1") == page)
        let help = { (words: [String]) in try Command.run(["help"] + words).output }
        let commands = try help([]).matches(of: /\n {2}([a-z][a-z-]+) {2}/).map { String($0.1) }
        #expect(commands.contains("compress") && commands.contains("verify") && commands.count > 8)
        for command in commands {
            let section = try #require(page.components(separatedBy: "\n.SS \(roff(command))\n").dropFirst().first, "\(command)")
                .components(separatedBy: "\n.SS ")[0]
            for option in try help([command]).matches(of: /\n {2}(?:-[a-z], )?--([a-z-]+)/).map({ String($0.1) })
            where !["help", "version"].contains(option) {
                #expect(section.contains("\\fB\\-\\-\(roff(option))\\fR"), "\(command) --\(option)")
            }
        }
        #expect(page.contains("Default: joint.") && page.contains("Values: lossless, compact. Required."))
    }

    private func roff(_ text: String) -> String { text.replacing("-", with: "\\-") }

    private static let formatter = URL(filePath: "/usr/bin/groff")

    @Test(
        "has nothing that roff complains of",
        .enabled(if: FileManager.default.isExecutableFile(atPath: formatter.path), "needs groff, of the package groff-base"))
    func clean() throws {
        let check = { (name: String) in try run(ManualTests.formatter, ["-man", "-Tutf8", "-ww", "-z", name]) }
        let page = try page()
        #expect(try check("jointrank.1") == "")
        try folder.write(Data(page.replacing(".PP\n", with: ".no-such-request\n").utf8), to: "bad.1")
        #expect(try check("bad.1").contains("no-such-request"))
    }
}
