/// A PNG of gray bytes, its values stored, not deflated: an image file without any other program.
package func pngImage(width: Int, height: Int, gray: [UInt8]) -> [UInt8] {
    let rows = gray.isEmpty ? [] : (0..<height).flatMap { [0] + gray[($0 * width)..<(($0 + 1) * width)] }
    var (low, high) = (1, 0)
    for byte in rows {
        low = (low + Int(byte)) % 65521
        high = (high + low) % 65521
    }
    let length = [UInt8(rows.count & 255), UInt8(rows.count >> 8 & 255)]
    let stored = [0x78, 0x01, 0x01] + length + length.map { ~$0 } + rows + bigEndian(high << 16 | low)
    let header = bigEndian(width) + bigEndian(height) + [8, 0, 0, 0, 0]
    return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + chunk("IHDR", header) + chunk("IDAT", stored) + chunk("IEND", [])
}

private func chunk(_ name: String, _ data: [UInt8]) -> [UInt8] {
    let body = Array(name.utf8) + data
    return bigEndian(data.count) + body + bigEndian(Int(crc32(body)))
}

private func bigEndian(_ number: Int) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
}

private func crc32(_ bytes: [UInt8]) -> UInt32 {
    var sum: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
        sum ^= UInt32(byte)
        for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
    }
    return ~sum
}
