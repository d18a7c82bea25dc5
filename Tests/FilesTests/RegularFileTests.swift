import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Files

@Suite("Regular files")
struct RegularFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func reason(_ body: () throws -> Void, sourceLocation: SourceLocation = #_sourceLocation) -> String? {
        #expect(throws: FileError.self, sourceLocation: sourceLocation) { try body() }?.reason
    }

    @Test("They are read whole, in parts, and up to a bound")
    func reading() throws {
        let bytes = Data((0..<100).map { UInt8($0) })
        let file = try RegularFile(folder.write(bytes, to: "file"))
        #expect(file.byteCount == 100)
        #expect(try file.contents() == bytes)
        #expect(try file.contents(upTo: 100) == bytes)
        #expect(try file.contents(10..<20) == bytes[10..<20])
        #expect(reason { _ = try file.contents(upTo: 99) } == "it takes 100 bytes, more than 99")
        #expect(try file.holds(bytes) && !file.holds(bytes.dropLast()) && !file.holds(bytes.dropLast() + [0]))
    }

    @Test("One that becomes shorter is an error, and not what is left")
    func shorter() throws {
        let path = try folder.write(Data(count: 100), to: "file")
        let file = try RegularFile(path)
        #expect(truncate(path, 60) == 0)
        #expect(reason { _ = try file.contents() } == "it became shorter while it was read")
        var buffer = [UInt8](repeating: 1, count: 100)
        #expect(try buffer.withUnsafeMutableBytes { try file.descriptor.read(into: $0, at: 50) } == 10)
    }

    @Test("Folders, pipes and devices are none, and do not block", .timeLimit(.minutes(10)))
    func others() throws {
        let pipe = folder.path("pipe")
        #expect(mkfifo(pipe, 0o600) == 0)
        for path in [folder.path, pipe, "/dev/null", "/dev/zero"] {
            #expect(reason { _ = try RegularFile(path) } == "it is not a regular file")
        }
    }

    @Test("What is missing is told from what cannot be opened")
    func missing() throws {
        try folder.write(Data(), to: "file")
        for name in ["none", "none/none", "file/none"] {
            #expect(#expect(throws: FileError.self) { try RegularFile(folder.path(name)) }?.isMissing == true)
        }
        for name in ["file\0", String(repeating: "a", count: 300)] {
            #expect(#expect(throws: FileError.self) { try RegularFile(folder.path(name)) }?.isMissing == false)
        }
    }

    @Test("Below a folder no link is followed")
    func below() throws {
        try FileManager.default.createDirectory(atPath: folder.path("inside/sub"), withIntermediateDirectories: true)
        try folder.write(Data([1]), to: "inside/sub/file")
        try folder.write(Data([2]), to: "secret")
        for (name, target) in [("inside/up", ".."), ("inside/link", "sub/file")] {
            try FileManager.default.createSymbolicLink(atPath: folder.path(name), withDestinationPath: target)
        }
        func file(_ path: String) throws -> RegularFile { try RegularFile(Array(FilePath(path).components), below: folder.path("inside")) }
        #expect(try file("sub/file").contents() == Data([1]))
        for path in ["up/secret", "link"] { #expect(throws: FileError.self) { try file(path) } }
        #expect(reason { _ = try file("sub") } == "it is not a regular file")
    }

    @Test("A file is the same under all its names")
    func identity() throws {
        let path = try folder.write(Data(), to: "file")
        try FileManager.default.createSymbolicLink(atPath: folder.path("link"), withDestinationPath: "file")
        try FileManager.default.linkItem(atPath: path, toPath: folder.path("hard"))
        try folder.write(Data(), to: "other")
        let identity = try #require(FileIdentity(of: path))
        #expect(identity == FileIdentity(of: folder.path("link")) && identity == FileIdentity(of: folder.path("hard")))
        #expect(identity != FileIdentity(of: folder.path("other")))
        #expect(FileIdentity(of: folder.path("none")) == nil)
    }
}
