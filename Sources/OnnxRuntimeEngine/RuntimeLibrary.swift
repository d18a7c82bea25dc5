internal import COnnxRuntime
internal import Foundation

/// Finding and opening ONNX Runtime's shared library.
///
/// The places, in order: what the environment variable ``variable`` names, a file or a folder, and then nothing else;
/// `.deps/onnxruntime` in a folder that holds the running executable, near or far, which is where `Scripts/bootstrap` puts it; the
/// system's own library path. Never the current folder: working among a stranger's files must not run a stranger's code.
enum RuntimeLibrary {
    static let variable = "JOINTRANK_ONNXRUNTIME"
    static let minimumVersion = "1.18"
    /// The first version that says which provider runs which nodes.
    private static let placementVersion = "1.24"

    #if canImport(Darwin)
        private static let systemNames = ["libonnxruntime.dylib"]
        private static func isLibrary(_ name: String) -> Bool { name.hasPrefix("libonnxruntime.") && name.hasSuffix(".dylib") }
    #else
        private static let systemNames = ["libonnxruntime.so", "libonnxruntime.so.1"]
        private static func isLibrary(_ name: String) -> Bool { name == "libonnxruntime.so" || name.hasPrefix("libonnxruntime.so.") }
    #endif

    /// What an opened library gives.
    struct Opened {
        let api: UnsafePointer<OrtApi>
        /// Nil before version 1.24.
        let placementApi: UnsafePointer<OrtPlacementApi>?
        let version: String
    }

    /// The function table and version of the first library found.
    ///
    /// - Parameters:
    ///   - override: the value of ``variable``.
    ///   - executable: the running executable's path.
    ///   - currentFolder: where a relative `override` starts.
    ///   - systemNames: what the system's library path is asked for.
    /// - Throws: ``EngineError/libraryNotFound(searched:)``, or ``EngineError/libraryUnusable(path:reason:)`` for a library
    ///   that is there but does not load or is older than version 1.18.
    static func open(
        override: String? = ProcessInfo.processInfo.environment[variable],
        executable: String? = Bundle.main.executablePath,
        currentFolder: String = FileManager.default.currentDirectoryPath,
        systemNames: [String] = systemNames
    ) throws(EngineError) -> Opened {
        if let override, !override.isEmpty {
            let place = URL(filePath: override, relativeTo: URL(filePath: currentFolder, directoryHint: .isDirectory))
            guard let path = library(at: place) else { throw .libraryNotFound(searched: ["\(variable)=\(override)"]) }
            return try open(path: path)
        }
        let places = folders(above: executable).map { $0.appending(path: ".deps/onnxruntime") }
        for place in places {
            if let path = library(at: place) { return try open(path: path) }
        }
        for name in systemNames where load(name) != nil { return try open(path: name) }
        throw .libraryNotFound(searched: places.map { $0.path() } + ["the system's library path"])
    }

    /// The folder of `executable`, the folder that holds it, and so on up to the root.
    private static func folders(above executable: String?) -> [URL] {
        guard let executable else { return [] }
        var folders: [URL] = []
        var folder = URL(filePath: executable).resolvingSymlinksInPath()
        while folder.pathComponents.count > 1 {
            folder.deleteLastPathComponent()
            folders.append(folder)
        }
        return folders
    }

    /// The library at `place`, a file or a folder; of several in a folder the one with the newest version in its name.
    private static func library(at place: URL) -> String? {
        var isFolder: ObjCBool = false
        let path = place.absoluteURL.path(percentEncoded: false)
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return nil }
        guard isFolder.boolValue else { return path }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        let newest = names.filter(isLibrary).max { $0.compare($1, options: .numeric) == .orderedAscending }
        return newest.map { place.appending(path: $0).absoluteURL.path(percentEncoded: false) }
    }

    private static func open(path: String) throws(EngineError) -> Opened {
        var reason = ""
        guard let base = load(path, reason: &reason) else { throw .libraryUnusable(path: path, reason: reason) }
        let version = String(cString: base.pointee.GetVersionString())
        guard let api = base.pointee.GetApi(UInt32(JointRankOrtApiVersion)) else {
            throw .libraryUnusable(path: path, reason: "its version is \(version), and \(minimumVersion) is the oldest that works")
        }
        // The runtime prints to standard error where it is asked for a version that it lacks.
        let hasPlacement = version.compare(placementVersion, options: .numeric) != .orderedAscending
        let placement = hasPlacement ? base.pointee.GetApi(UInt32(JointRankOrtPlacementApiVersion)) : nil
        return Opened(
            api: api.assumingMemoryBound(to: OrtApi.self), placementApi: placement?.assumingMemoryBound(to: OrtPlacementApi.self),
            version: version)
    }

    private static func load(_ path: String) -> UnsafePointer<OrtApiBase>? {
        var reason = ""
        return load(path, reason: &reason)
    }

    private static func load(_ path: String, reason: inout String) -> UnsafePointer<OrtApiBase>? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 1024) { buffer -> UnsafePointer<OrtApiBase>? in
            guard let start = buffer.baseAddress else { return nil }
            let base = jointrank_ort_open(path, start, buffer.count)
            if base == nil { reason = String(cString: start) }
            return base
        }
    }
}
