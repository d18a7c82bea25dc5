/// Names as C strings that stay in place, so that a run need not copy them.
///
/// Sendable without the compiler's proof: the strings are never changed.
final class NameTable: @unchecked Sendable {
    private let pointers: [String: UnsafePointer<CChar>]

    init(_ names: some Sequence<String>) {
        pointers = Dictionary(uniqueKeysWithValues: Set(names).map { ($0, NameTable.copy($0)) })
    }

    deinit {
        for pointer in pointers.values { pointer.deallocate() }
    }

    /// The name's C string, valid as long as the table lives; nil for other names.
    subscript(name: String) -> UnsafePointer<CChar>? { pointers[name] }

    private static func copy(_ name: String) -> UnsafePointer<CChar> {
        let characters = name.utf8CString
        let copy = UnsafeMutablePointer<CChar>.allocate(capacity: characters.count)
        for (index, character) in characters.enumerated() { (copy + index).initialize(to: character) }
        return UnsafePointer(copy)
    }
}
