/// A JPEG or PNG file, told apart by content.
enum ImageFile {
    /// What a folder's files are called that are read as images.
    static let suffixes = [".jpg", ".jpeg", ".png"]

    /// More than any photograph takes.
    private static let maximumByteCount = 1 << 28

    static func isImageName(_ name: String) -> Bool {
        let name = name.lowercased()
        return suffixes.contains { name.hasSuffix($0) }
    }

    /// - Throws: ``DatasetError/badFile(_:reason:)`` for a file that is damaged, cut short, too large or no image of a kind that is read.
    static func decoded(_ path: String) throws(DatasetError) -> PixelImage {
        let file = try OpenFile(path: path)
        guard file.byteCount <= maximumByteCount else {
            throw .badFile(path, reason: "it takes \(file.byteCount) bytes, more than an image may: \(maximumByteCount)")
        }
        let bytes = try file.bytes(at: 0, count: file.byteCount)
        do throws(ImageError) {
            if bytes.starts(with: [0xFF, 0xD8, 0xFF]) { return try JPEGDecoder.decoded(bytes) }
            if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) { return try PNGDecoder.decoded(bytes) }
        } catch {
            throw .badFile(path, reason: error.reason)
        }
        throw .badFile(path, reason: bytes.isEmpty ? "it is empty" : "it is no JPEG or PNG image")
    }
}

/// Why bytes are no image.
struct ImageError: Error {
    let reason: String
}
