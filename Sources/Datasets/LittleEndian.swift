/// Numbers in a byte buffer whose length the caller has checked.
extension RandomAccessCollection where Element == UInt8, Index == Int {
    /// The two bytes from `offset` (from the first element) on.
    func uint16(at offset: Int) -> Int { Int(littleEndian(at: offset, byteCount: 2)) }

    /// The four bytes from `offset` on.
    func uint32(at offset: Int) -> Int { Int(littleEndian(at: offset, byteCount: 4)) }

    /// The eight bytes from `offset` on, or nil where no file is that long.
    func uint64(at offset: Int) -> Int? { Int(exactly: littleEndian(at: offset, byteCount: 8)) }

    private func littleEndian(at offset: Int, byteCount: Int) -> UInt64 {
        dropFirst(offset).prefix(byteCount).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
