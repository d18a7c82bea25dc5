internal import Files

/// The three entries of an `.npy` header's dictionary, as NumPy writes them: `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`.
///
/// The order of the entries, the kind of quotes and white space are free; every other Python expression is refused.
struct NPYHeaderFields {
    let descriptor: String
    let isFortranOrder: Bool
    let shape: [Int]

    init(_ text: ArraySlice<UInt8>) throws(NPYError) {
        var literal = PythonLiteral(text)
        var descriptor: String?
        var isFortranOrder: Bool?
        var shape: [Int]?

        try literal.expect("{")
        while !literal.accepts("}") {
            let key = try literal.string()
            try literal.expect(":")
            switch key {
            case "descr" where descriptor == nil:
                guard !literal.startsWith("["), !literal.startsWith("(") else {
                    throw .unsupported("it holds records (a structured type), not numbers")
                }
                descriptor = try literal.string()
            case "fortran_order" where isFortranOrder == nil: isFortranOrder = try literal.boolean()
            case "shape" where shape == nil: shape = try literal.shape()
            default: throw .damaged("header entry \(key.quoted) is unknown or repeated")
            }
            guard literal.accepts(",") else {
                try literal.expect("}")
                break
            }
        }
        try literal.expectEnd()
        guard let descriptor, let isFortranOrder, let shape else { throw .damaged("the header lacks 'descr', 'fortran_order' or 'shape'") }
        self.descriptor = descriptor
        self.isFortranOrder = isFortranOrder
        self.shape = shape
    }
}

/// Reads the few Python literals that a header may hold, one after the other.
private struct PythonLiteral {
    private var rest: ArraySlice<UInt8>

    init(_ text: ArraySlice<UInt8>) {
        rest = text
    }

    private mutating func skipSpace() {
        rest = rest.drop { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
    }

    mutating func startsWith(_ text: String) -> Bool {
        skipSpace()
        return rest.starts(with: text.utf8)
    }

    mutating func accepts(_ text: String) -> Bool {
        guard startsWith(text) else { return false }
        rest = rest.dropFirst(text.utf8.count)
        return true
    }

    mutating func expect(_ text: String) throws(NPYError) {
        guard accepts(text) else { throw .damaged("the header has something else where '\(text)' belongs") }
    }

    mutating func expectEnd() throws(NPYError) {
        skipSpace()
        guard rest.isEmpty else { throw .damaged("the header goes on after its end") }
    }

    /// A string of printable ASCII without escapes: all that type strings and keys need.
    mutating func string() throws(NPYError) -> String {
        skipSpace()
        guard let quote = rest.popFirst(), quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else {
            throw .damaged("the header lacks a string")
        }
        let text = rest.prefix { $0 != quote && $0 != UInt8(ascii: "\\") && 0x20..<0x7F ~= $0 }
        rest = rest.dropFirst(text.count)
        guard rest.popFirst() == quote else { throw .damaged("the header has a broken string") }
        return String(decoding: text, as: UTF8.self)
    }

    mutating func boolean() throws(NPYError) -> Bool {
        if accepts("True") { return true }
        if accepts("False") { return false }
        throw .damaged("'fortran_order' is neither True nor False")
    }

    /// A tuple of lengths: `()`, `(3,)`, `(3, 4)`.
    mutating func shape() throws(NPYError) -> [Int] {
        var shape: [Int] = []
        try expect("(")
        while !accepts(")") {
            shape.append(try length())
            if !accepts(",") {
                guard shape.count > 1 else { throw .damaged("'shape' is not a tuple") }
                try expect(")")
                break
            }
        }
        return shape
    }

    private mutating func length() throws(NPYError) -> Int {
        skipSpace()
        let digits = rest.prefix { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
        rest = rest.dropFirst(digits.count)
        guard let length = Int(String(decoding: digits, as: UTF8.self)) else { throw .damaged("'shape' has an impossible length") }
        return length
    }
}
