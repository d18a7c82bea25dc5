import Foundation
import Testing

@testable import OnnxRuntimeEngine

@Suite("The runtime's library")
struct RuntimeLibraryTests {
    /// A folder that is removed with the test.
    private func inEmptyFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder.path())
    }

    @Test("The runtime opens")
    func theRuntimeOpens() throws {
        let version = try Runtime.shared().version
        #expect(version.compare("1.18", options: .numeric) != .orderedAscending)
    }

    @Test("Says where it looked and what to do")
    func whereItLookedAndWhatToDo() throws {
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

    @Test("The current folder is not looked at")
    func theCurrentFolderIsNotLookedAt() throws {
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

    @Test("The variable is the only place where it is set")
    func theVariableIsTheOnlyPlaceWhereItIsSet() throws {
        try inEmptyFolder { folder in
            #expect(throws: EngineError.libraryNotFound(searched: ["JOINTRANK_ONNXRUNTIME=\(folder)"])) {
                try RuntimeLibrary.open(override: folder)
            }
            #expect(throws: EngineError.libraryNotFound(searched: ["JOINTRANK_ONNXRUNTIME=missing.so"])) {
                try RuntimeLibrary.open(override: "missing.so", currentFolder: folder)
            }
        }
    }

    @Test("Files that are no library")
    func filesThatAreNoLibrary() throws {
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

    /// Opens what `write` writes, which must be refused.
    private func reason(_ write: (String) throws -> Void) throws -> String {
        var reason = ""
        try inEmptyFolder { folder in
            let path = folder + "/libonnxruntime.so"
            try write(path)
            let error = #expect(throws: EngineError.self) { try RuntimeLibrary.open(override: path) }
            guard case .libraryUnusable(path, let text) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            reason = text
        }
        return reason
    }

    @Test("Versions that are too old")
    func versionsThatAreTooOld() throws {
        let reason = try reason { path in
            let source = """
                static const void *api(unsigned version) { return 0; }
                static const char *text(void) { return "1.17.3"; }
                static const struct { const void *(*api)(unsigned); const char *(*text)(void); } base = { api, text };
                const void *OrtGetApiBase(void) { return &base; }
                """
            try Data(source.utf8).write(to: URL(filePath: path + ".c"))
            let compiler = try Process.run(
                URL(filePath: "/usr/bin/env"), arguments: ["clang", "-shared", "-fPIC", "-o", path, path + ".c"])
            compiler.waitUntilExit()
            try #require(compiler.terminationStatus == 0)
        }
        #expect(reason == "its version is 1.17.3, and 1.18 is the oldest that works")
    }

    #if os(Linux)
        /// What the loader maps beyond a file's end, it must not touch.
        @Test("Libraries that are cut short", arguments: [100, 5000])
        func librariesThatAreCutShort(length: Int) throws {
            let whole = try Data(contentsOf: URL(filePath: #require(Bundle.main.executablePath)), options: .alwaysMapped)
            let reason = try reason { try whole.prefix(length).write(to: URL(filePath: $0)) }
            #expect(reason == "the file is cut short")
        }

        @Test("Other libraries")
        func otherLibraries() throws {
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
