internal import Files

/// A file inside a ZIP archive, as the archive's directory describes it.
struct ZIPMember: Sendable, Hashable {
    let name: String
    let isDeflated: Bool
    /// CRC-32 of the unpacked bytes.
    let checksum: UInt32
    /// Bytes in the archive.
    let storedByteCount: Int
    /// Bytes when unpacked, as declared.
    let byteCount: Int
    /// Where the local header starts.
    let headerOffset: Int
    /// Where the stored bytes start.
    var dataOffset: Int

    var dataEnd: Int { dataOffset + storedByteCount }
}

/// Reads a ZIP archive's directory and checks it against the local headers before anything is unpacked.
///
/// Source: PKWARE's APPNOTE.TXT 6.3. Members may be stored or deflated, with ZIP64 lengths and data descriptors. The
/// directory, which has every member's lengths and checksum, is what counts: data descriptors repeat it and are not read.
struct ZIPDirectory {
    let members: [ZIPMember]

    static let magic: [UInt8] = Array("PK".utf8)
    /// Some 200 000 members; an archive of arrays has a few.
    private static let maximumByteCount = 1 << 24
    private static let localHeaderByteCount = 30

    init(_ file: OpenFile) throws(DatasetError) {
        let extent = try ZIPDirectoryExtent(file)
        guard extent.byteCount <= ZIPDirectory.maximumByteCount else {
            throw .badFile(file.path, reason: "its directory of \(extent.byteCount) bytes is too long")
        }
        var rest = try file.bytes(at: extent.offset, count: extent.byteCount)[...]
        var members: [ZIPMember] = []
        while !rest.isEmpty {
            members.append(try ZIPDirectory.nextMember(&rest, file: file))
        }
        guard members.count == extent.memberCount else {
            throw .badFile(file.path, reason: "its directory has \(members.count) members instead of \(extent.memberCount)")
        }
        for index in members.indices {
            members[index].dataOffset = try ZIPDirectory.dataOffset(of: members[index], file: file, limit: extent.offset)
        }
        try ZIPDirectory.checkDisjoint(members, file: file)
        self.members = members
    }

    /// Takes the next entry off the directory.
    private static func nextMember(_ rest: inout ArraySlice<UInt8>, file: OpenFile) throws(DatasetError) -> ZIPMember {
        guard rest.count >= 46, rest.uint32(at: 0) == 0x0201_4B50 else { throw .badFile(file.path, reason: "its directory is damaged") }
        let (nameCount, extraCount, commentCount) = (rest.uint16(at: 28), rest.uint16(at: 30), rest.uint16(at: 32))
        guard rest.count >= 46 + nameCount + extraCount + commentCount else {
            throw .badFile(file.path, reason: "its directory is cut off")
        }
        guard let name = String(validating: rest.dropFirst(46).prefix(nameCount), as: UTF8.self) else {
            throw .badFile(file.path, reason: "a member's name is not UTF-8")
        }
        let member = "member \(name.quoted)"
        // Bits 0, 6 and 13: encrypted, strongly encrypted, directory encrypted.
        guard rest.uint16(at: 8) & 0x2041 == 0 else { throw .badFile(file.path, reason: "\(member) is encrypted") }
        let method = rest.uint16(at: 10)
        guard method == 0 || method == 8 else {
            throw .badFile(file.path, reason: "\(member) is packed by method \(method); only stored and deflated ones are read")
        }
        let extra = rest.dropFirst(46 + nameCount).prefix(extraCount)
        guard let lengths = resolveZIP64([rest.uint32(at: 24), rest.uint32(at: 20), rest.uint32(at: 42)], extra: extra) else {
            throw .badFile(file.path, reason: "\(member) has impossible lengths")
        }
        guard method == 8 || lengths[0] == lengths[1] else { throw .badFile(file.path, reason: "\(member) has lengths that disagree") }
        defer { rest = rest.dropFirst(46 + nameCount + extraCount + commentCount) }
        return ZIPMember(
            name: name, isDeflated: method == 8, checksum: UInt32(rest.uint32(at: 16)), storedByteCount: lengths[1],
            byteCount: lengths[0], headerOffset: lengths[2], dataOffset: 0)
    }

    /// Where a member's bytes start: after its local header, which must tell the same as the directory.
    private static func dataOffset(of member: ZIPMember, file: OpenFile, limit: Int) throws(DatasetError) -> Int {
        let outside = DatasetError.badFile(file.path, reason: "member \(member.name.quoted) lies outside the file")
        let differs = DatasetError.badFile(file.path, reason: "member \(member.name.quoted) differs from its directory entry")
        guard member.headerOffset <= limit - localHeaderByteCount else { throw outside }
        let header = try file.bytes(at: member.headerOffset, count: localHeaderByteCount)
        guard header.uint32(at: 0) == 0x0403_4B50 else { throw differs }
        let (nameCount, extraCount) = (header.uint16(at: 26), header.uint16(at: 28))
        let dataOffset = member.headerOffset + localHeaderByteCount + nameCount + extraCount
        guard dataOffset <= limit, member.storedByteCount <= limit - dataOffset else { throw outside }

        let tail = try file.bytes(at: member.headerOffset + localHeaderByteCount, count: nameCount + extraCount)
        guard tail.prefix(nameCount).elementsEqual(member.name.utf8), header.uint16(at: 8) == (member.isDeflated ? 8 : 0) else {
            throw differs
        }
        // Bit 3: lengths and checksum were not known yet and follow the data.
        if header.uint16(at: 6) & 0x8 == 0 {
            let lengths = resolveZIP64([header.uint32(at: 22), header.uint32(at: 18)], extra: tail.dropFirst(nameCount))
            guard lengths == [member.byteCount, member.storedByteCount], header.uint32(at: 14) == member.checksum else { throw differs }
        }
        return dataOffset
    }

    /// 32-bit values with those that are all ones replaced, in order, by the 64-bit ones of the ZIP64 extra field; nil
    /// where that does not have them.
    private static func resolveZIP64(_ values: [Int], extra: ArraySlice<UInt8>) -> [Int]? {
        var wide = ArraySlice<UInt8>()
        var rest = extra
        while rest.count >= 4 {
            let count = rest.uint16(at: 2)
            if rest.uint16(at: 0) == 1 {
                wide = rest.dropFirst(4).prefix(count)
                break
            }
            rest = rest.dropFirst(4 + count)
        }
        var resolved: [Int] = []
        for value in values {
            guard value == 0xFFFF_FFFF else {
                resolved.append(value)
                continue
            }
            guard wide.count >= 8, let value = wide.uint64(at: 0) else { return nil }
            resolved.append(value)
            wide = wide.dropFirst(8)
        }
        return resolved
    }

    /// Members that share bytes are how a small file unpacks to a huge one.
    private static func checkDisjoint(_ members: [ZIPMember], file: OpenFile) throws(DatasetError) {
        let sorted = members.sorted { $0.headerOffset < $1.headerOffset }
        for (member, next) in zip(sorted, sorted.dropFirst()) where member.dataEnd > next.headerOffset {
            throw .badFile(file.path, reason: "members \(member.name.quoted) and \(next.name.quoted) overlap")
        }
    }
}
