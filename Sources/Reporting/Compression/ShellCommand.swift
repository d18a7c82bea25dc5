/// A command as one line for a shell.
enum ShellCommand {
    static func text(_ words: [String]) -> String { words.map(quoted).joined(separator: " ") }

    private static let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./:,@%")

    /// A word that a shell reads as it was; control characters as escapes that bash, ksh and zsh know, so that they cannot act on a terminal.
    private static func quoted(_ word: String) -> String {
        if !word.isEmpty, word.allSatisfy(plain.contains) { return word }
        guard word.onOneLine != word else { return "'\(word.replacing("'", with: "'\\''"))'" }
        let escaped = word.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "'"), UInt8(ascii: "\\"): "\\\(Unicode.Scalar(byte))"
            case 0x20..<0x7F: "\(Unicode.Scalar(byte))"
            // Three digits, so that a digit that follows does not count.
            default: "\\" + String(repeating: "0", count: 3 - String(byte, radix: 8).count) + String(byte, radix: 8)
            }
        }
        return "$'\(escaped.joined())'"
    }
}
