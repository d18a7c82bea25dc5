/// An image in memory: 8-bit values, row by row from the top, the channels of a pixel side by side.
struct PixelImage: Sendable, Equatable {
    let width: Int
    let height: Int
    /// 1 for gray, 3 for red, green and blue.
    let channels: Int
    /// `height * width * channels` values.
    let bytes: [UInt8]

    /// More pixels than any photograph has, and few enough that a decoder's buffers fit into memory.
    static let maximumPixelCount = 1 << 26

    /// What is wrong with an image of this size; nil where it may be allocated.
    static func obstacle(width: Int, height: Int) -> String? {
        guard width > 0, height > 0 else { return "it is cut short, or \(width)x\(height) pixels large" }
        let (count, overflow) = width.multipliedReportingOverflow(by: height)
        guard overflow || count > maximumPixelCount else { return nil }
        return "it is \(width)x\(height) pixels large, more than \(maximumPixelCount) pixels"
    }

    /// The image in gray or in colour.
    ///
    /// Gray is (299 R + 587 G + 114 B) / 1000, ITU-R BT.601's luma, in steps of 2^-16; colour repeats gray three times.
    func converted(toChannels wanted: Int) -> PixelImage {
        switch (channels, wanted) {
        case (3, 1):
            let gray: [UInt8] = stride(from: 0, to: bytes.count, by: 3).map { (place: Int) -> UInt8 in
                let (red, green, blue) = (Int(bytes[place]), Int(bytes[place + 1]), Int(bytes[place + 2]))
                let sum: Int = red * 19595 + green * 38470 + blue * 7471
                return UInt8((sum + 0x8000) >> 16)
            }
            return PixelImage(width: width, height: height, channels: 1, bytes: gray)
        case (1, 3):
            return PixelImage(width: width, height: height, channels: 3, bytes: bytes.flatMap { [$0, $0, $0] })
        default: return self
        }
    }

    /// The rectangle of this size in the middle; an odd rest is split as Python's `round` splits it, to even.
    func cropped(height: Int, width: Int) -> PixelImage {
        func start(_ rest: Int) -> Int { Int((Double(rest) / 2).rounded(.toNearestOrEven)) }
        let (top, left) = (start(self.height - height), start(self.width - width))
        let rows: [UInt8] = (top..<top + height).flatMap { (row: Int) -> ArraySlice<UInt8> in
            let first = (row * self.width + left) * channels
            return bytes[first..<first + width * channels]
        }
        return PixelImage(width: width, height: height, channels: channels, bytes: rows)
    }
}
