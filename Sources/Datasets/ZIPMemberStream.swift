internal import Files

/// A ZIP member's unpacked bytes from first to last, never more of them than declared.
struct ZIPMemberStream: ~Copyable {
    private let member: ZIPMember
    private let file: OpenFile
    private var inflater: Inflater
    /// Packed bytes that were read but not used yet.
    private var input = ArraySlice<UInt8>()
    private var inputOffset: Int
    private var isFinished = false
    private var runningChecksum: UInt32 = 0
    /// Unpacked bytes so far.
    private(set) var position = 0

    private static let chunkByteCount = 1 << 20
    /// Deflate's shortest code, 2 bits, stands for at most 258 bytes.
    private static let maximumRatio = 1032

    /// - Throws: ``DatasetError/badFile(_:reason:)``, also where the declared length is more than deflate can pack.
    init(_ member: ZIPMember, in file: OpenFile) throws(DatasetError) {
        guard !member.isDeflated || member.byteCount / ZIPMemberStream.maximumRatio <= member.storedByteCount else {
            throw .badFile(
                file.path, reason: "member \(member.name.quoted) claims to unpack to \(member.byteCount) bytes, more than deflate can")
        }
        do {
            inflater = try Inflater()
        } catch {
            throw ZIPMemberStream.failure(error, member, file)
        }
        self.member = member
        self.file = file
        inputOffset = member.dataOffset
    }

    /// The next bytes, at most `limit`; empty at the end of the member.
    mutating func read(upTo limit: Int = chunkByteCount) throws(DatasetError) -> ArraySlice<UInt8> {
        let count = min(limit, member.byteCount - position)
        guard count > 0 else { return [] }
        let bytes = member.isDeflated ? try unpack(count) : try file.bytes(at: member.dataOffset + position, count: count)
        position += count
        runningChecksum = checksum(bytes[...], continuing: runningChecksum)
        return bytes[...]
    }

    /// Reads what is left and checks that the member ends where it should and has the declared checksum.
    mutating func finish() throws(DatasetError) {
        while try !read().isEmpty {}
        if member.isDeflated {
            // The end of the data may still stand in the input, but no further byte.
            var excess: [UInt8] = [0]
            let count = try fill(&excess)
            guard count == 0 else {
                throw .badFile(
                    file.path, reason: "member \(member.name.quoted) unpacks to more than the declared \(member.byteCount) bytes")
            }
            guard isFinished, input.isEmpty, inputOffset == member.dataEnd else { throw ZIPMemberStream.failure(.damaged, member, file) }
        }
        guard runningChecksum == member.checksum else {
            throw .badFile(file.path, reason: "member \(member.name.quoted) is damaged: its checksum (CRC-32) is wrong")
        }
    }

    private mutating func unpack(_ count: Int) throws(DatasetError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        guard try fill(&bytes) == count else {
            throw .badFile(file.path, reason: "member \(member.name.quoted) unpacks to less than the declared \(member.byteCount) bytes")
        }
        return bytes
    }

    /// Unpacks into `bytes` until they are full or the data end, and returns how many came.
    private mutating func fill(_ bytes: inout [UInt8]) throws(DatasetError) -> Int {
        var filled = 0
        while filled < bytes.count && !isFinished {
            if input.isEmpty {
                let count = min(ZIPMemberStream.chunkByteCount, member.dataEnd - inputOffset)
                guard count > 0 else { break }
                input = try file.bytes(at: inputOffset, count: count)[...]
                inputOffset += count
            }
            let progress: Inflater.Progress
            do {
                progress = try inflater.inflate(input, into: &bytes, after: filled)
            } catch {
                throw ZIPMemberStream.failure(error, member, file)
            }
            filled += progress.produced
            input = input.dropFirst(progress.consumed)
            isFinished = progress.isFinished
        }
        return filled
    }

    private static func failure(_ failure: Inflater.Failure, _ member: ZIPMember, _ file: OpenFile) -> DatasetError {
        switch failure {
        case .damaged: .badFile(file.path, reason: "member \(member.name.quoted) is damaged: it cannot be unpacked")
        case .outOfMemory: .unreadableFile(file.path, reason: "no memory to unpack it")
        }
    }
}
