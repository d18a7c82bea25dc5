import TestSupport
import Testing

@Suite("The terminal")
struct TerminalTests {
    @Test("Completions are printed for every shell", arguments: ["bash", "zsh", "fish"])
    func completions(shell: String) throws {
        let outcome = try Command.run(["--generate-completion-script", shell])
        #expect(outcome.exitCode == 0 && outcome.errors == "")
        for word in ["compress", "calibrate", "keep-params"] { #expect(outcome.output.contains(word)) }
    }

    @Test("Every command's help has an example")
    func examples() throws {
        let commands = [
            "inspect", "init", "compress", "evaluate", "frontier", "sensitivity", "export-factors", "calibrate", "plan", "apply", "verify",
        ]
        for command in commands {
            let outcome = try Command.run(["help", command])
            #expect(outcome.exitCode == 0)
            #expect(outcome.output.contains("Example: jointrank \(command) "), "\(command)")
        }
    }

    @Test("No text is coloured")
    func colours() throws {
        #expect(!(try Command.run(["help", "compress"]).output.contains("\u{1B}")))
    }
}
