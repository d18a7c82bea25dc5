/// A file that could not be read.
package struct DigestError: Error, Sendable, Hashable, CustomStringConvertible {
    package let path: String
    package let isMissing: Bool

    package init(path: String, isMissing: Bool) {
        self.path = path
        self.isMissing = isMissing
    }

    package var description: String { isMissing ? "'\(path)' does not exist" : "'\(path)' cannot be read" }
}
