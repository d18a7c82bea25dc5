import Foundation
import SystemPackage
import Testing

@testable import Files

@Suite("Stored bytes")
struct StoredBytesTests {
    @Test("Gives back what it took", arguments: [0, 1, 4096, 100_001])
    func givesBackWhatItTook(count: Int) throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let stored = try bytes.withUnsafeBytes { try StoredBytes($0) }
        // Twice: the first look gives the memory back.
        for _ in 0..<2 { #expect(stored.withBytes { Array($0) } == bytes) }
    }

    @Test("Has no name")
    func hasNoName() throws {
        #expect(try TemporaryFile.open(byteCount: 4096).status().linkCount == 0)
    }

    @Test("More than there is room for is refused")
    func moreThanThereIsRoomForIsRefused() {
        let error = #expect(throws: TemporaryFileError.self) { try TemporaryFile.open(byteCount: .max) }
        #expect("\(error as Any)".contains("set TMPDIR to another folder"))
    }
}
