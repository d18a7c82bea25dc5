extension String {
    /// The folder that a path leads into, empty for a name alone.
    ///
    /// Foundation's `deletingLastPathComponent` for this ends the process where a path has one character.
    package var folderOfPath: String {
        // Bytes: a slash and what is combined with it are one character, and two parts of a path.
        let slash = UInt8(ascii: "/")
        var rest = utf8[...]
        func dropSlashes() { while rest.count > 1, rest.last == slash { rest.removeLast() } }
        dropSlashes()
        guard let end = rest.lastIndex(of: slash) else { return "" }
        rest = rest[...end]
        dropSlashes()
        return String(Substring(rest))
    }
}
