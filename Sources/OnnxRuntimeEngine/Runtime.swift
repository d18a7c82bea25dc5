internal import COnnxRuntime

/// The process's one ONNX Runtime, opened when it is first asked for and kept until the process ends.
///
/// Sendable without the compiler's proof: what the pointers lead to is made once, is never changed or released, and may be
/// used from any thread.
package final class Runtime: @unchecked Sendable {
    /// The runtime's version, such as `1.23.2`.
    package let version: String
    let api: UnsafePointer<OrtApi>
    /// Says which provider runs which nodes; nil before version 1.24.
    let placementApi: UnsafePointer<OrtPlacementApi>?
    let environment: OpaquePointer
    let allocator: OpaquePointer
    /// Describes memory of the processor, the kind that tensors given to the runtime lie in.
    let memory: OpaquePointer

    private static let opened = Result<Runtime, EngineError> { () throws(EngineError) in try Runtime() }

    /// - Throws: ``EngineError/libraryNotFound(searched:)`` or ``EngineError/libraryUnusable(path:reason:)``, the same every time.
    package static func shared() throws(EngineError) -> Runtime {
        try opened.get()
    }

    private init() throws(EngineError) {
        let library = try RuntimeLibrary.open()
        (api, placementApi, version) = (library.api, library.placementApi, library.version)
        let table = api.pointee
        environment = try api.object { table.CreateEnv(Int32(JointRankOrtLogFatal), "jointrank", $0) }
        allocator = try api.object { table.GetAllocatorWithDefaultOptions($0) }
        memory = try api.object {
            table.CreateCpuMemoryInfo(Int32(JointRankOrtDeviceAllocator), Int32(JointRankOrtMemoryDefault), $0)
        }
    }
}

/// A function that makes an object, stores it where it is told to, and returns a status.
typealias ObjectMaker = (UnsafeMutablePointer<OpaquePointer?>) -> OpaquePointer?

extension UnsafePointer<OrtApi> {
    /// Turns a status into an error, and releases it.
    func check(_ status: OpaquePointer?) throws(EngineError) {
        guard let status else { return }
        defer { pointee.ReleaseStatus(status) }
        let code = EngineError.Code(rawValue: pointee.GetErrorCode(status)) ?? .failure
        let message = RuntimeMessage.text(String(cString: pointee.GetErrorMessage(status)))
        if RuntimeMessage.isOfMemory(message) { throw .outOfMemory(message: message) }
        throw RuntimeMessage.isOfRest(message) ? .leftToProcessor : .runtime(code, message: message)
    }

    /// The object that `make` makes, for the caller to release.
    func object(_ make: ObjectMaker) throws(EngineError) -> OpaquePointer {
        var object: OpaquePointer?
        try check(make(&object))
        guard let object else { throw .runtime(.failure, message: "an object was not made, and no reason given") }
        return object
    }

    /// Calls `body` with the object that `make` makes, and then releases it.
    func withObject<Result: ~Copyable>(
        _ make: ObjectMaker, release: Handle.Release, _ body: (OpaquePointer) throws(EngineError) -> Result
    ) throws(EngineError) -> Result {
        let object = try object(make)
        defer { release(object) }
        return try body(object)
    }
}
