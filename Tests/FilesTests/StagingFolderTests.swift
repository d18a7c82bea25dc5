import Foundation
import TestSupport
import Testing

@testable import Files

@Suite("The folder of what is on probation")
struct StagingFolderTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func staged() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasPrefix(".jointrank-staged-") }
    }

    @Test("It goes with its life, and leaves those alone that are in use")
    func life() throws {
        func both() throws {
            let first = try StagingFolder(for: folder.path("out.onnx"))
            let second = try StagingFolder(for: folder.path("out.onnx"))
            #expect(first.path != second.path)
            #expect(try staged().count == 2)
        }
        try both()
        #expect(try folder.contents().isEmpty)
    }

    @Test("What a killed process left goes when the next one is made, but nothing that only looks like it")
    func leftovers() throws {
        for name in ["a", "b"] {
            let path = folder.path(".jointrank-staged-\(name)")
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
            _ = try folder.write(Data([1]), to: ".jointrank-staged-\(name)/out.onnx")
        }
        try FileManager.default.createDirectory(atPath: folder.path("mine"), withIntermediateDirectories: false)
        _ = try folder.write(Data([1]), to: "mine/file")
        try FileManager.default.createSymbolicLink(atPath: folder.path(".jointrank-staged-link"), withDestinationPath: "mine")
        _ = try folder.write(Data([1]), to: ".jointrank-staged-file")
        _ = try StagingFolder(for: folder.path("out.onnx"))
        #expect(try staged().sorted() == [".jointrank-staged-file", ".jointrank-staged-link"])
        #expect(FileManager.default.fileExists(atPath: folder.path("mine/file")))
    }

    @Test("Where no folder can be made, it says which file cannot be written", arguments: ["/none/out.onnx", "/proc/out.onnx"])
    func impossible(path: String) throws {
        let error = #expect(throws: (any Error).self) { _ = try StagingFolder(for: path) }
        #expect(error.map { "\($0)" }?.contains(path) == true)
    }
}
