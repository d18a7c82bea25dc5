import Foundation
import TestSupport
import Testing

@testable import Files

@Suite("Locks on files")
struct FileLockTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test("One at a time has it, and another one when it is gone")
    func holding() throws {
        let path = folder.path("lock")
        var lock = try FileLock.taking(path)
        #expect(lock?.isHeld == true)
        #expect(try FileLock.taking(path) == nil)
        lock = nil
        #expect(lock == nil)
        #expect(try FileLock.taking(path) != nil)
    }

    @Test("Neither behind a link nor where no file can be")
    func impossible() throws {
        try folder.write(Data(), to: "file")
        try FileManager.default.createSymbolicLink(atPath: folder.path("link"), withDestinationPath: "file")
        #expect(throws: FileError.self) { try FileLock.taking(folder.path("link")) }
        #expect(#expect(throws: FileError.self) { try FileLock.taking(folder.path("none/lock")) }?.isMissing == true)
    }
}
