import Foundation

@testable import Datasets

/// Images as files and as bytes, made by Pillow or written by hand.
enum TestImages {
    /// Runs a script that makes images in a folder; `folder` and `random`, a NumPy generator of a fixed seed, are defined.
    static func make(in folder: TemporaryFolder, _ script: String) throws -> String {
        try Environment.runPython(
            """
            import sys, numpy
            from PIL import Image
            folder = sys.argv[1] + "/"
            random = numpy.random.default_rng(5)
            def noise(height, width, *channels):
                return random.integers(0, 256, (height, width, *channels), dtype=numpy.uint8)
            def smooth(height, width):
                y, x = numpy.mgrid[0:height, 0:width]
                return numpy.stack([(127 + 120 * numpy.sin(x / a + y / b)) for a, b in ((9, 14), (21, 8), (12, 33))], 2).astype(numpy.uint8)
            \(script)
            """, folder.path)
    }

    /// The pixels that Pillow reads, after a resize where one is given, as the RGB or gray image that it is.
    static func pillow(_ path: String, size: (height: Int, width: Int)? = nil, mode: String = "RGB") throws -> PixelImage {
        let output = path + ".raw"
        let text = try Environment.runPython(
            """
            import sys
            from PIL import Image
            image = Image.open(sys.argv[1]).convert(sys.argv[2])
            if sys.argv[4] != "0":
                image = image.resize((int(sys.argv[5]), int(sys.argv[4])), Image.Resampling.BILINEAR)
            open(sys.argv[3], "wb").write(image.tobytes())
            print(*image.size)
            """, path, mode, output, "\(size?.height ?? 0)", "\(size?.width ?? 0)")
        let sizes = text.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
        return PixelImage(
            width: sizes[0], height: sizes[1], channels: mode == "L" ? 1 : 3,
            bytes: [UInt8](try Data(contentsOf: URL(fileURLWithPath: output))))
    }
}

extension PixelImage {
    /// The largest difference of two images of one size; nil where the sizes differ.
    func difference(from other: PixelImage) -> Int? {
        guard (width, height, channels) == (other.width, other.height, other.channels) else { return nil }
        return zip(bytes, other.bytes).map { abs(Int($0) - Int($1)) }.max()
    }
}
