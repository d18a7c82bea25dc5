import Foundation
import Testing

@testable import TemporaryFiles

@Suite struct StoredBytesTests {
    @Test(arguments: [0, 1, 4096, 100_001])
    func givesBackWhatItTook(count: Int) throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let stored = try bytes.withUnsafeBytes { try StoredBytes($0) }
        // Twice: the first look gives the memory back.
        for _ in 0..<2 { #expect(stored.withBytes { Array($0) } == bytes) }
    }

    @Test func leavesNoName() throws {
        let before = try names
        let stored = try [UInt8](repeating: 7, count: 4096).withUnsafeBytes { try StoredBytes($0) }
        #expect(try names == before)
        #expect(stored.withBytes { $0.count } == 4096)
    }

    /// Other tests may make files of other names meanwhile.
    private var names: Set<String> {
        get throws {
            let all = try FileManager.default.contentsOfDirectory(atPath: TemporaryFile.folder)
            return Set(all.filter { $0.hasPrefix("jointrank-") && $0.count == "jointrank-".count + 6 })
        }
    }

    @Test func moreThanThereIsRoomForIsRefused() {
        let error = #expect(throws: TemporaryFileError.self) { try TemporaryFile.open(byteCount: .max) }
        #expect("\(error as Any)".contains("set TMPDIR to another folder"))
    }
}
