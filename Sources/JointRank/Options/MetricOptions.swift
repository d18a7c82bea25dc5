/// The user's own judge: a program that is given a model's path and prints one number.
public struct MetricOptions: Sendable, Hashable {
    /// What is better.
    public enum Direction: String, Sendable, Hashable, CaseIterable {
        /// Higher is better.
        case higher
        /// Lower is better.
        case lower
    }

    /// The program and its arguments. The model's path takes the place of `{}` where an argument has that, else it comes last.
    public var command: [String]
    /// What is better.
    public var direction: Direction
    /// By how much the metric may be worse than the original's; nil where it is reported only.
    public var tolerance: Double?
    /// Seconds that one run may take.
    public var timeLimit: Double

    /// Sets every field.
    public init(command: [String], direction: Direction = .higher, tolerance: Double? = nil, timeLimit: Double = 3600) {
        self.command = command
        self.direction = direction
        self.tolerance = tolerance
        self.timeLimit = timeLimit
    }

    /// The words of a command in one line: blanks part them, single or double quotes hold blanks together. No shell looks at them: there are
    /// no variables, patterns, pipes or escapes.
    ///
    /// - Returns: nil where a quote is not closed.
    public static func words(of line: String) -> [String]? {
        var words: [String] = []
        var word: String?
        var quote: Character?
        for character in line {
            if let open = quote {
                if character == open { quote = nil } else { word?.append(character) }
            } else if character == "'" || character == "\"" {
                quote = character
                word = word ?? ""
            } else if character.isWhitespace {
                if let word { words.append(word) }
                word = nil
            } else {
                word = (word ?? "") + String(character)
            }
        }
        return quote == nil ? words + [word].compactMap(\.self) : nil
    }

    func check() throws(JointRankError) {
        guard command.first?.isEmpty == false else { throw JointRankError(.usage, "--metric-command names no program") }
        if let tolerance, !(tolerance >= 0 && tolerance.isFinite) {
            throw JointRankError(.usage, "--metric-tolerance \(tolerance): 0 or more is needed")
        }
        guard timeLimit > 0, timeLimit <= 1e7 else {
            throw JointRankError(.usage, "--metric-time-limit \(timeLimit): seconds above 0 are needed")
        }
    }
}
