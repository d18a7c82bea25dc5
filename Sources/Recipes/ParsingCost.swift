internal import Foundation

extension String {
    /// A bound on how long the text of a YAML file becomes when each alias (`*name`) is replaced by what it stands for (`&name`).
    ///
    /// With k anchors and m aliases, each anchor multiplies what went before by its own aliases and one: by the most where all have the same
    /// share of them.
    var writtenOutLength: Double {
        let bytes = utf8
        func count(_ mark: Unicode.Scalar) -> Double {
            Double(zip(bytes, bytes.dropFirst()).count { $0 == UInt8(ascii: mark) && $1.isPartOfName })
        }
        let (anchors, aliases) = (count("&"), count("*"))
        return Double(bytes.count) * (anchors > 0 ? pow(aliases / anchors + 1, anchors) : 1)
    }

    /// At least as many as there are names that `? ` announces.
    var markedNames: Int {
        zip(utf8, utf8.dropFirst()).count { $0 == UInt8(ascii: "?") && $1 <= UInt8(ascii: " ") }
    }
}

extension UInt8 {
    /// What names of anchors are made of.
    fileprivate var isPartOfName: Bool {
        let character = Character(Unicode.Scalar(self))
        return character.isASCII && (character.isLetter || character.isNumber) || self == UInt8(ascii: "_") || self == UInt8(ascii: "-")
    }
}
