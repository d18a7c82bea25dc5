internal import Foundation

/// How much room there is for a line.
enum TerminalWidth {
    /// Columns of the terminal that standard output is shown in; nil where it goes to a file or another program, which gets lines whole.
    static var ofStandardOutput: Int? {
        guard isatty(STDOUT_FILENO) == 1 else { return nil }
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }
}
