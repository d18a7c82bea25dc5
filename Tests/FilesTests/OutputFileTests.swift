import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Files

@Suite("Files that appear whole or not at all")
struct OutputFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test("They take the place of what was there, links included, with the permissions of new files")
    func writing() throws {
        let path = folder.path("file")
        try OutputFile.write("one".utf8, to: path)
        #expect(try folder.read("file") == Data("one".utf8))
        #expect(chmod(path, 0o600) == 0)
        try OutputFile.write("two".utf8, to: path)
        try OutputFile.write("new".utf8, to: folder.path("new"))
        #expect(try folder.read("file") == Data("two".utf8))
        #expect(try Stat(path).permissions == Stat(folder.path("new")).permissions)
        try FileManager.default.createSymbolicLink(atPath: folder.path("link"), withDestinationPath: "file")
        try OutputFile.write("three".utf8, to: folder.path("link"))
        #expect(try folder.read("file") == Data("two".utf8))
        #expect(try folder.contents().keys.sorted() == ["file", "link", "new"])
    }

    @Test("Until the end nothing is at the path, and without it nothing stays")
    func unfinished() throws {
        try folder.write(Data("old".utf8), to: "file")
        func begin() throws {
            var file = try OutputFile(folder.path("file"))
            try file.write("new".utf8)
            try file.pad(to: 8)
            #expect(file.byteCount == 8)
            #expect(try folder.contents().count == 2)
            #expect(try folder.read("file") == Data("old".utf8))
        }
        try begin()
        #expect(try folder.contents() == ["file": Data("old".utf8)])
    }

    @Test("Places where no file can be are known before anything is written")
    func impossible() throws {
        try folder.write(Data(), to: "file")
        let long = String(repeating: "a", count: 300)
        for path in [
            "", folder.path, folder.path("new/"), folder.path("none/file"), folder.path("file/new"), folder.path(long), "/proc/file",
        ] {
            let error = #expect(throws: FileError.self) { _ = try OutputFile(path) }
            #expect(error?.path == path)
        }
        #expect(try folder.contents().keys.sorted() == ["file"])
    }

    @Test("A failure to write leaves what was there", .enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
    func full() throws {
        let file = try OpenDescriptor("/dev/full", .writeOnly, named: "out")
        let error = #expect(throws: FileError.self) { try file.write("text".utf8, at: 0) }
        #expect(error == FileError("out", .noSpace))
    }

    @Test("A file that may replace none is written in its own place, and goes where that fails")
    func exclusive() throws {
        let path = folder.path("file")
        try OutputFile.write("one".utf8, to: path, temporaryPath: path)
        let error = #expect(throws: FileError.self) { try OutputFile.write("two".utf8, to: path, temporaryPath: path) }
        #expect(error?.code == .fileExists)
        #expect(try folder.contents() == ["file": Data("one".utf8)])
        func begin() throws { _ = try OutputFile(folder.path("other"), temporaryPath: folder.path("other")) }
        try begin()
        #expect(try folder.contents().count == 1)
    }
}
