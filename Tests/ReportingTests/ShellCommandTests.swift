import Foundation
import Testing

@testable import Reporting

@Suite("Commands as text")
struct ShellCommandTests {
    private static let words = [
        "jointrank", "", "a b", "it's", "*.onnx", "$HOME", "a\nb", "\u{1B}[31m1", "back\\slash 'and'\ttab", "0.5", "\u{E4}",
        "--mean=0.1,0.2", "~",
        "\u{202E}1", "!x",
    ]

    @Test("Plain words stay bare, others are quoted, and control characters escaped")
    func text() {
        #expect(ShellCommand.text(["jointrank", "compress", "a b.onnx", "it's"]) == "jointrank compress 'a b.onnx' 'it'\\''s'")
        #expect(ShellCommand.text(["a\nb1"]) == "$'a\\012b1'")
        #expect(ShellCommand.text(ShellCommandTests.words).onOneLine == ShellCommand.text(ShellCommandTests.words))
    }

    @Test("A shell reads the words as they were", .enabled(if: FileManager.default.isExecutableFile(atPath: "/bin/bash"), "needs bash"))
    func shell() throws {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/bash")
        process.arguments = ["-c", "printf '%s\\0' \(ShellCommand.text(ShellCommandTests.words))"]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(
            String(decoding: output, as: UTF8.self).split(separator: "\0", omittingEmptySubsequences: false).dropLast().map(String.init)
                == ShellCommandTests.words)
    }
}
