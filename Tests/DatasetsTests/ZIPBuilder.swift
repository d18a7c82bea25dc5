/// Builds ZIP archives that tell the truth unless they are asked to lie.
struct ZIPBuilder {
    struct Member {
        var name: String
        var content: [UInt8]
        var method = 0
        var flags = 0
        /// What stands in the archive; `content` where it is nil.
        var stored: [UInt8]?
        /// Lies of local header and directory.
        var checksum: Int?
        var byteCount: Int?
        var storedByteCount: Int?
        /// Lies of the directory alone.
        var headerOffset: Int?
        var directoryName: String?
        /// Whether lengths and checksum follow the data instead of standing before it.
        var hasDescriptor = false
        /// Whether lengths and offset are told in 64 bits.
        var isZIP64 = false

        init(_ name: String, _ content: [UInt8]) {
            self.name = name
            self.content = content
        }

        /// The content as one deflate block without compression, which is deflated all the same.
        static func deflated(_ name: String, _ content: [UInt8]) -> Member {
            var member = Member(name, content)
            member.method = 8
            member.stored = [1] + .littleEndian(content.count, 2) + .littleEndian(~content.count, 2) + content
            return member
        }

        func with(_ change: (inout Member) -> Void) -> Member {
            var member = self
            change(&member)
            return member
        }
    }

    var members: [Member]
    /// Lies of the end record.
    var memberCount: Int?
    var directoryByteCount: Int?
    var isZIP64 = false
    var comment: [UInt8] = []

    init(_ members: Member...) {
        self.members = members
    }

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        var directory: [UInt8] = []
        for member in members {
            let stored = member.stored ?? member.content
            let checksum = member.checksum ?? Int(crc32(member.content))
            let byteCount = member.byteCount ?? member.content.count
            let storedByteCount = member.storedByteCount ?? stored.count
            let offset = bytes.count
            let flags = member.flags | (member.hasDescriptor ? 8 : 0)

            let all = [UInt8](repeating: 0xFF, count: 4)
            let lengths = member.isZIP64 ? all + all : .littleEndian(storedByteCount, 4) + .littleEndian(byteCount, 4)
            let wide =
                member.isZIP64
                ? .littleEndian(1, 2) + .littleEndian(16, 2) + .littleEndian(byteCount, 8) + .littleEndian(storedByteCount, 8) : []
            let common: [UInt8] = .littleEndian(20, 2) + .littleEndian(flags, 2) + .littleEndian(member.method, 2) + .littleEndian(0, 4)

            bytes += .littleEndian(0x0403_4B50, 4) + common
            bytes += member.hasDescriptor ? .littleEndian(0, 12) : .littleEndian(checksum, 4) + lengths
            let localExtra = member.hasDescriptor ? [] : wide
            bytes +=
                .littleEndian(member.name.utf8.count, 2) + .littleEndian(localExtra.count, 2) + Array(member.name.utf8) + localExtra
                + stored
            if member.hasDescriptor {
                bytes +=
                    .littleEndian(0x0807_4B50, 4) + .littleEndian(checksum, 4) + .littleEndian(storedByteCount, 4)
                    + .littleEndian(byteCount, 4)
            }

            let name = Array((member.directoryName ?? member.name).utf8)
            directory += .littleEndian(0x0201_4B50, 4) + .littleEndian(20, 2) + common + .littleEndian(checksum, 4) + lengths
            directory += .littleEndian(name.count, 2) + .littleEndian(wide.count, 2) + .littleEndian(0, 10)
            directory += .littleEndian(member.headerOffset ?? offset, 4) + name + wide
        }
        let start = bytes.count
        bytes += directory
        let count = memberCount ?? members.count
        let directoryByteCount = directoryByteCount ?? directory.count
        if isZIP64 {
            let end = bytes.count
            bytes +=
                .littleEndian(0x0606_4B50, 4) + .littleEndian(44, 8) + .littleEndian(45, 2) + .littleEndian(45, 2) + .littleEndian(0, 8)
            bytes += .littleEndian(count, 8) + .littleEndian(count, 8) + .littleEndian(directoryByteCount, 8) + .littleEndian(start, 8)
            bytes += .littleEndian(0x0706_4B50, 4) + .littleEndian(0, 4) + .littleEndian(end, 8) + .littleEndian(1, 4)
        }
        bytes += .littleEndian(0x0605_4B50, 4) + .littleEndian(0, 4)
        bytes +=
            isZIP64
            ? .littleEndian(-1, 4) + .littleEndian(-1, 8)
            : .littleEndian(count, 2) + .littleEndian(count, 2) + .littleEndian(directoryByteCount, 4) + .littleEndian(start, 4)
        return bytes + .littleEndian(comment.count, 2) + comment
    }
}

/// CRC-32, bit by bit from its definition.
private func crc32(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~0) { checksum, byte in
        (0..<8).reduce(checksum ^ UInt32(byte)) { checksum, _ in checksum >> 1 ^ (checksum & 1 == 1 ? 0xEDB8_8320 : 0) }
    }
}
