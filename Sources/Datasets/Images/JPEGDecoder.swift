internal import CTurboJPEG

/// JPEG through TurboJPEG, with its usual inverse transform and upsampling, which are those of Pillow too.
enum JPEGDecoder {
    /// Gray files become gray, all others red, green and blue. The orientation that a camera noted (EXIF) is not applied.
    ///
    /// - Throws: ``ImageError`` for a file that is damaged or cut short, where the library itself would fill up with gray, and for CMYK.
    static func decoded(_ bytes: [UInt8]) throws(ImageError) -> PixelImage {
        guard let handle = tjInitDecompress() else { throw ImageError(reason: "TurboJPEG cannot be started") }
        defer { tjDestroy(handle) }
        var (width, height, subsampling, colours): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
        guard tjDecompressHeader3(handle, bytes, UInt(bytes.count), &width, &height, &subsampling, &colours) == 0 else {
            throw failure(of: handle)
        }
        if let obstacle = PixelImage.obstacle(width: Int(width), height: Int(height)) { throw ImageError(reason: obstacle) }
        guard colours != Int32(TJCS_CMYK.rawValue), colours != Int32(TJCS_YCCK.rawValue) else {
            throw ImageError(reason: "it is a JPEG image in CMYK, for printing; save it in RGB")
        }
        let isGray = colours == Int32(TJCS_GRAY.rawValue)
        let channels = isGray ? 1 : 3
        var pixels = [UInt8](repeating: 0, count: Int(width) * Int(height) * channels)
        // Scans of a hostile file can be many; warnings are damage.
        let result = tjDecompress2(
            handle, bytes, UInt(bytes.count), &pixels, width, 0, height, Int32((isGray ? TJPF_GRAY : TJPF_RGB).rawValue), TJFLAG_LIMITSCANS)
        guard result == 0 else { throw failure(of: handle) }
        return PixelImage(width: Int(width), height: Int(height), channels: channels, bytes: pixels)
    }

    private static func failure(of handle: tjhandle) -> ImageError {
        let message = tjGetErrorStr2(handle).map { String(cString: $0) } ?? "unknown error"
        return ImageError(reason: "it is a damaged JPEG image: \(message)")
    }
}
