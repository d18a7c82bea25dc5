/// Where a ZIP archive's directory lies, from the record at the archive's end.
struct ZIPDirectoryExtent {
    let offset: Int
    let byteCount: Int
    let memberCount: Int

    private static let endByteCount = 22
    private static let locatorByteCount = 20
    private static let zip64EndByteCount = 56

    init(_ file: OpenFile) throws(DatasetError) {
        let damaged = DatasetError.badFile(file.path, reason: "its ZIP directory is missing or damaged; is the file cut off?")
        // A comment of at most 65535 bytes may follow the record.
        let tailCount = min(file.byteCount, ZIPDirectoryExtent.endByteCount + 0xFFFF)
        let tailOffset = file.byteCount - tailCount
        let tail = try file.bytes(at: tailOffset, count: tailCount)
        guard let position = ZIPDirectoryExtent.endRecord(in: tail) else { throw damaged }
        let end = tail[position...]
        guard end.uint32(at: 4) == 0, end.uint16(at: 8) == end.uint16(at: 10) else {
            throw .badFile(file.path, reason: "it is one part of a split archive")
        }
        var directoryEnd = tailOffset + position
        var extent = (memberCount: end.uint16(at: 10), byteCount: end.uint32(at: 12), offset: end.uint32(at: 16))
        if extent.memberCount == 0xFFFF || extent.byteCount == 0xFFFF_FFFF || extent.offset == 0xFFFF_FFFF {
            let locatorOffset = directoryEnd - ZIPDirectoryExtent.locatorByteCount
            guard locatorOffset >= ZIPDirectoryExtent.zip64EndByteCount else { throw damaged }
            let locator = try file.bytes(at: locatorOffset, count: ZIPDirectoryExtent.locatorByteCount)
            directoryEnd = locatorOffset - ZIPDirectoryExtent.zip64EndByteCount
            guard locator.uint32(at: 0) == 0x0706_4B50, locator.uint64(at: 8) == directoryEnd else { throw damaged }
            let record = try file.bytes(at: directoryEnd, count: ZIPDirectoryExtent.zip64EndByteCount)
            guard record.uint32(at: 0) == 0x0606_4B50, let memberCount = record.uint64(at: 32), let byteCount = record.uint64(at: 40),
                let offset = record.uint64(at: 48)
            else { throw damaged }
            extent = (memberCount, byteCount, offset)
        }
        guard extent.offset <= directoryEnd, extent.byteCount == directoryEnd - extent.offset else { throw damaged }
        (memberCount, byteCount, offset) = extent
    }

    /// The last place where an end record stands whose comment reaches exactly to the end of the file.
    private static func endRecord(in tail: [UInt8]) -> Int? {
        guard tail.count >= endByteCount else { return nil }
        return (0...tail.count - endByteCount).last { position in
            tail[position] == 0x50 && tail[position...].uint32(at: 0) == 0x0605_4B50
                && position + endByteCount + tail[position...].uint16(at: 20) == tail.count
        }
    }
}
