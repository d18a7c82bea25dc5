/// A file of text in UTF-8.
enum TextFile {
    /// Of numbers, as many as fit into memory once they are read.
    static let maximumByteCount = 1 << 28

    static func text(_ path: String) throws(DatasetError) -> String {
        let file = try OpenFile(path: path)
        guard file.byteCount <= maximumByteCount else {
            throw .badFile(path, reason: "it takes \(file.byteCount) bytes, more than \(maximumByteCount); an .npz file takes less")
        }
        guard let text = String(validating: try file.bytes(at: 0, count: file.byteCount), as: UTF8.self) else {
            throw .badFile(path, reason: "it is no text in UTF-8")
        }
        return text.first == "\u{FEFF}" ? String(text.dropFirst()) : text
    }
}
