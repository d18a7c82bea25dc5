internal import CPNG

/// PNG through libpng's simplified interface, which returns errors instead of jumping out of them.
enum PNGDecoder {
    /// Gray files become gray, all others, palettes among them, red, green and blue. Transparency is left out: the colour that a pixel
    /// has beneath it counts. Of 16 bits, the value is rounded to 8.
    ///
    /// - Throws: ``ImageError`` for a file that is damaged or cut short.
    static func decoded(_ bytes: [UInt8]) throws(ImageError) -> PixelImage {
        var image = png_image()
        image.version = UInt32(PNG_IMAGE_VERSION)
        defer { png_image_free(&image) }
        // The memory must outlive both calls.
        let result: Result<PixelImage, ImageError> = bytes.withUnsafeBytes { memory in
            guard png_image_begin_read_from_memory(&image, memory.baseAddress, memory.count) != 0 else {
                return .failure(failure(of: image))
            }
            let (width, height) = (Int(image.width), Int(image.height))
            if let obstacle = PixelImage.obstacle(width: width, height: height) { return .failure(ImageError(reason: obstacle)) }
            // Without this, 16-bit values would be taken for linear light, and 8-bit ones made of them for the screen.
            image.flags |= UInt32(PNG_IMAGE_FLAG_16BIT_sRGB)
            // With the file's own transparency, since the library would otherwise lay the image on a background.
            image.format &= PNG_FORMAT_FLAG_COLOR | PNG_FORMAT_FLAG_ALPHA
            let hasAlpha = image.format & PNG_FORMAT_FLAG_ALPHA != 0
            let channels = image.format & PNG_FORMAT_FLAG_COLOR != 0 ? 3 : 1
            let stored = channels + (hasAlpha ? 1 : 0)
            var pixels = [UInt8](repeating: 0, count: width * height * stored)
            guard png_image_finish_read(&image, nil, &pixels, 0, nil) != 0 else { return .failure(failure(of: image)) }
            if hasAlpha {
                pixels = stride(from: 0, to: pixels.count, by: stored).flatMap { pixels[$0..<$0 + channels] }
            }
            return .success(PixelImage(width: width, height: height, channels: channels, bytes: pixels))
        }
        return try result.get()
    }

    private static func failure(of image: png_image) -> ImageError {
        let message = withUnsafeBytes(of: image.message) { bytes in String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self) }
        return ImageError(reason: "it is a damaged PNG image: \(message)")
    }
}
