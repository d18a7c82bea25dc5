import Foundation
import Testing

@testable import OnnxRuntimeEngine

@Suite struct RuntimeLibraryTests {
    /// A folder that is removed with the test.
    private func inEmptyFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder.path())
    }

    @Test func theRuntimeOpens() throws {
        let version = try Runtime.shared().version
        #expect(version.compare("1.18", options: .numeric) != .orderedAscending)
    }

    @Test func whereItLookedAndWhatToDo() throws {
        try inEmptyFolder { folder in
            let error = #expect(throws: EngineError.self) {
                try RuntimeLibrary.open(
                    override: nil, executable: folder + "/bin/tool", currentFolder: folder, systemNames: ["libjointrank-no-such-library.so"]
                )
            }
            let text = try #require(error).description
            for part in [folder + "/bin/.deps/onnxruntime", folder + "/.deps/onnxruntime", "Scripts/bootstrap", "JOINTRANK_ONNXRUNTIME"] {
                #expect(text.contains(part))
            }
        }
    }

    @Test func theCurrentFolderIsNotLookedAt() throws {
        try inEmptyFolder { folder in
            let planted = URL(filePath: folder + "/.deps/onnxruntime")
            try FileManager.default.createDirectory(at: planted, withIntermediateDirectories: true)
            try Data("planted".utf8).write(to: planted.appending(path: "libonnxruntime.so"))
            let error = #expect(throws: EngineError.self) {
                try RuntimeLibrary.open(override: nil, executable: nil, currentFolder: folder, systemNames: [])
            }
            #expect(error == .libraryNotFound(searched: ["the system's library path"]))
        }
    }

    @Test func theVariableIsTheOnlyPlaceWhereItIsSet() throws {
        try inEmptyFolder { folder in
            #expect(throws: EngineError.libraryNotFound(searched: ["JOINTRANK_ONNXRUNTIME=\(folder)"])) {
                try RuntimeLibrary.open(override: folder)
            }
            #expect(throws: EngineError.libraryNotFound(searched: ["JOINTRANK_ONNXRUNTIME=missing.so"])) {
                try RuntimeLibrary.open(override: "missing.so", currentFolder: folder)
            }
        }
    }

    @Test func filesThatAreNoLibrary() throws {
        try inEmptyFolder { folder in
            let path = folder + "/libonnxruntime.so.9"
            try Data("no library".utf8).write(to: URL(filePath: path))
            let error = #expect(throws: EngineError.self) { try RuntimeLibrary.open(override: folder) }
            guard case .libraryUnusable(path, _) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }

    #if os(Linux)
        @Test func otherLibraries() throws {
            let error = #expect(throws: EngineError.self) {
                try RuntimeLibrary.open(override: nil, executable: nil, currentFolder: "/", systemNames: ["libm.so.6"])
            }
            guard case .libraryNotFound = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    #endif
}
