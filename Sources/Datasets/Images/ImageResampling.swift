/// Bilinear resampling with antialiasing: a triangle as wide as an output pixel is in the input, at least one input pixel to either side.
///
/// Along one axis, then the other, each rounded to 8 bits, with weights in steps of 2^-22: the arithmetic of Pillow's `resize`, which
/// most networks' images went through.
extension PixelImage {
    func resized(height: Int, width: Int) -> PixelImage {
        resizedAcross(to: width).resizedDown(to: height)
    }

    private func resizedAcross(to width: Int) -> PixelImage {
        guard width != self.width else { return self }
        let taps = (0..<width).map { Taps(output: $0, of: width, from: self.width) }
        let (oldRow, newRow, channels) = (self.width * channels, width * channels, channels)
        let result = resampled(byteCount: height * newRow) { input, output in
            for row in 0..<height {
                for (column, taps) in taps.enumerated() {
                    for channel in 0..<channels {
                        output[row * newRow + column * channels + channel] = taps.value(
                            in: input, from: row * oldRow + taps.first * channels + channel, step: channels)
                    }
                }
            }
        }
        return PixelImage(width: width, height: height, channels: channels, bytes: result)
    }

    private func resizedDown(to height: Int) -> PixelImage {
        guard height != self.height else { return self }
        let row = width * channels
        let result = resampled(byteCount: height * row) { input, output in
            for line in 0..<height {
                let taps = Taps(output: line, of: height, from: self.height)
                for place in 0..<row { output[line * row + place] = taps.value(in: input, from: taps.first * row + place, step: row) }
            }
        }
        return PixelImage(width: width, height: height, channels: channels, bytes: result)
    }

    private func resampled(
        byteCount: Int, _ body: (UnsafeBufferPointer<UInt8>, UnsafeMutableBufferPointer<UInt8>) -> Void
    ) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: byteCount) { output, count in
            output.initialize(repeating: 0)
            bytes.withUnsafeBufferPointer { body($0, output) }
            count = byteCount
        }
    }
}

/// The input pixels along one axis that make an output pixel, and their weights.
private struct Taps {
    let first: Int
    private let weights: [Int]

    private static let fractionBits = 22

    init(output: Int, of outputCount: Int, from inputCount: Int) {
        let scale = Double(inputCount) / Double(outputCount)
        let radius = max(scale, 1)
        let center = (Double(output) + 0.5) * scale
        first = max(0, Int(center - radius + 0.5))
        let end = min(inputCount, Int(center + radius + 0.5))
        let first = first
        let narrowing = 1 / radius
        let shares = (first..<end).map { input in max(0, 1 - abs((Double(input) - center + 0.5) * narrowing)) }
        let sum = shares.reduce(0, +)
        weights = shares.map { Int(($0 / sum * Double(1 << Taps.fractionBits) + 0.5).rounded(.down)) }
    }

    @inline(__always)
    func value(in input: UnsafeBufferPointer<UInt8>, from start: Int, step: Int) -> UInt8 {
        var sum = 1 << (Taps.fractionBits - 1)
        var place = start
        for weight in weights {
            sum += Int(input[place]) * weight
            place += step
        }
        return UInt8(min(max(sum >> Taps.fractionBits, 0), 255))
    }
}
