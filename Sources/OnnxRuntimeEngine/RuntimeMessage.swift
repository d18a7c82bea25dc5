/// What the runtime reports, in a form for people.
enum RuntimeMessage {
    /// One line, without the place in the runtime's source that some reports hold: `/onnxruntime_src/…/file.cc:12 type function(types) text`.
    static func text(_ message: String) -> String {
        var words = message.split(whereSeparator: \.isWhitespace)
        while let start = words.firstIndex(where: { $0.contains("/onnxruntime_src/") }) {
            // The signature ends where its parentheses do.
            var depth = 0
            var end = words.index(after: start)
            while end < words.endIndex {
                let word = words[end]
                depth += word.count { $0 == "(" } - word.count { $0 == ")" }
                end += 1
                if depth <= 0, word.contains(")") { break }
            }
            words.removeSubrange(start..<end)
        }
        return words.joined(separator: " ")
    }

    /// Whether the runtime reports that it got no memory, for which it has no code: by C++'s exception, or by its own allocator.
    static func isOfMemory(_ message: String) -> Bool {
        ["std::bad_alloc", "Failed to allocate memory"].contains { message.contains($0) }
    }

    /// Whether the runtime reports that a provider leaves nodes to the CPU where it must not, for which it has no code.
    static func isOfRest(_ message: String) -> Bool { message.contains("fallback to CPU EP has been explicitly disabled") }
}
