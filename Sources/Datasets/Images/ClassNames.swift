internal import Files

/// Classes in the order of the model's outputs: a text file with one name a line.
struct ClassNames: Sendable {
    private let path: String
    private let numbers: [String: Int]

    /// - Throws: ``DatasetError/badFile(_:reason:)`` where a name is there twice, or none at all.
    init(path: String) throws(DatasetError) {
        // Empty lines at the end do not count; in between, one would shift all numbers after it.
        var lines = try TextFile.text(path).split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init)
        while lines.last?.isEmpty == true { lines.removeLast() }
        var numbers: [String: Int] = [:]
        for (number, name) in lines.enumerated() {
            guard !name.isEmpty else { throw .badFile(path, reason: "line \(number + 1) is empty") }
            guard numbers.updateValue(number, forKey: name) == nil else {
                throw .badFile(path, reason: "the class \(name.quoted) is there twice")
            }
        }
        guard !numbers.isEmpty else { throw .badFile(path, reason: "it has no classes") }
        self.path = path
        self.numbers = numbers
    }

    /// - Parameter user: the file or folder that speaks of the class.
    func number(of name: String, in user: String) throws(DatasetError) -> Int {
        guard let number = numbers[name] else {
            throw .badFile(user, reason: "the class \(name.quoted) is not among those of \(path.quoted)")
        }
        return number
    }
}
