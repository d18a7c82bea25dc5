extension String {
    /// The text between quotes for a message: on one line and of bounded length, whatever stands in the file that it comes from.
    package var quoted: String {
        let limit = 400
        var text = ""
        for scalar in unicodeScalars.prefix(limit) {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned: text += scalar.escaped(asASCII: true)
            default: text.unicodeScalars.append(scalar)
            }
        }
        return "'\(text)\(unicodeScalars.count > limit ? "…" : "")'"
    }
}
