internal import Files

/// An `.npz` file: a ZIP archive whose members are `.npy` arrays.
struct NPZFile: Sendable {
    let file: OpenFile
    /// In the order of the archive's directory.
    let arrayNames: [String]
    private let members: [String: ZIPMember]

    init(_ file: OpenFile) throws(DatasetError) {
        var names: [String] = []
        var members: [String: ZIPMember] = [:]
        for member in try ZIPDirectory(file).members {
            let name = member.name.hasSuffix(".npy") ? String(member.name.dropLast(4)) : member.name
            guard members.updateValue(member, forKey: name) == nil else {
                throw .badFile(file.path, reason: "it has two arrays \(name.quoted)")
            }
            names.append(name)
        }
        self.file = file
        self.members = members
        arrayNames = names
    }

    /// The array of a member. A deflated one is unpacked into a temporary file, piece by piece, after its header has shown
    /// that it is as long as its shape asks for; the checksum of either kind is compared.
    func array(named name: String) throws(DatasetError) -> StoredArray? {
        guard let member = members[name] else { return nil }
        var stream = try ZIPMemberStream(member, in: file)
        let start = Array(try stream.read(upTo: NPYHeader.maximumByteCount))
        let header: NPYHeader
        do {
            header = try NPYHeader(start)
        } catch {
            throw .badArray(name, file: file.path, reason: error.reason)
        }
        let present = member.byteCount - header.byteCount
        guard present == header.dataByteCount else {
            throw .badArray(
                name, file: file.path, reason: "its header promises \(header.dataByteCount) bytes of elements, the member has \(present)")
        }
        guard member.isDeflated else {
            try stream.finish()
            return try header.array(named: name, in: file, at: member.dataOffset + header.byteCount)
        }

        let copy = try OpenFile(temporaryFor: file.path, byteCount: header.dataByteCount)
        var piece = start[header.byteCount...]
        var position = 0
        repeat {
            try copy.write(piece, at: position)
            position += piece.count
            piece = try stream.read()
        } while !piece.isEmpty
        try stream.finish()
        return try header.array(named: name, in: copy, at: 0)
    }
}
