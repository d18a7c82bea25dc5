internal import COnnxRuntime
package import Foundation
package import Tensors

/// A model that is ready to run. Runs may overlap, from any number of threads.
package final class Session: Sendable {
    /// What a run must be given, in the graph's order; without those that the session holds.
    package let inputs: [ValueDescription]
    /// What a run can return, in the graph's order.
    package let outputs: [ValueDescription]
    /// Inputs that the model holds a value for, which a run may replace.
    package let overridableInitializers: [ValueDescription]
    let runtime: Runtime
    let handle: Handle
    let names: NameTable
    /// Inputs that every run gets besides, where they lie: in no second copy, as the runtime makes of initializers.
    let held: HeldInputs
    /// As in the options.
    let recordsPlacement: Bool

    /// Builds the session of a model in the ONNX format.
    ///
    /// - Parameters:
    ///   - held: inputs of the model that stay the same in all runs.
    ///   - hidden: inputs that are not spoken of, in a session that is not run.
    /// - Throws: what ``Runtime/shared()`` throws, and ``EngineError/runtime(_:message:)`` for bytes that are no model, or a
    ///   model that the runtime refuses.
    package convenience init(
        model: Data, options: SessionOptions = SessionOptions(), holding held: [String: LentTensor] = [:], hiding hidden: Set<String> = []
    ) throws(EngineError) {
        try self.init(options, holding: held, hiding: hidden) { table, environment, options, session in
            model.withUnsafeBytes { table.CreateSessionFromArray(environment, $0.baseAddress, $0.count, options, session) }
        }
    }

    /// As ``init(model:options:)-(Data,_)``.
    package convenience init(model: [UInt8], options: SessionOptions = SessionOptions()) throws(EngineError) {
        try self.init(options) { table, environment, options, session in
            model.withUnsafeBytes { table.CreateSessionFromArray(environment, $0.baseAddress, $0.count, options, session) }
        }
    }

    /// Builds the session of a model file; external data is looked for beside the file.
    ///
    /// - Throws: as ``init(model:options:)-(Data,_)``.
    package convenience init(path: String, options: SessionOptions = SessionOptions()) throws(EngineError) {
        try self.init(options) { table, environment, options, session in
            table.CreateSession(environment, path, options, session)
        }
    }

    private init(
        _ options: SessionOptions, holding held: [String: LentTensor] = [:], hiding hidden: Set<String> = [],
        _ create: (OrtApi, OpaquePointer, OpaquePointer, UnsafeMutablePointer<OpaquePointer?>) -> OpaquePointer?
    ) throws(EngineError) {
        let runtime = try Runtime.shared()
        let table = runtime.api.pointee
        recordsPlacement = options.recordsPlacement
        let session = try options.withObject(runtime.api) { (options) throws(EngineError) in
            try runtime.api.object { create(table, runtime.environment, options, $0) }
        }
        handle = Handle(session, release: table.ReleaseSession)
        let all = try runtime.descriptions(
            of: session, table.SessionGetInputCount, table.SessionGetInputName, table.SessionGetInputTypeInfo)
        inputs = all.filter { held[$0.name] == nil && !hidden.contains($0.name) }
        outputs = try runtime.descriptions(
            of: session, table.SessionGetOutputCount, table.SessionGetOutputName, table.SessionGetOutputTypeInfo)
        overridableInitializers = try runtime.descriptions(
            of: session, table.SessionGetOverridableInitializerCount, table.SessionGetOverridableInitializerName,
            table.SessionGetOverridableInitializerTypeInfo)
        names = NameTable((all + outputs + overridableInitializers).map(\.name))
        self.held = try HeldInputs(held, runtime)
        self.runtime = runtime
    }

    /// Runs the model once.
    ///
    /// - Parameters:
    ///   - inputs: a tensor for each of ``inputs``, and any for ``overridableInitializers``, by name.
    ///   - outputs: the names of the outputs to return; nil for all. What none of them needs is still computed, unless the
    ///     graph was built without it.
    /// - Throws: ``EngineError``, before the run for names and element types that do not fit, and after it for what went wrong
    ///   in the runtime or an output that is not a tensor of an ``ElementType``.
    package func run(
        _ inputs: [String: Tensor], outputs: [String]? = nil, cancellation: RunCancellation? = nil
    ) throws(EngineError) -> [String: Tensor] {
        try prepare(inputs, outputs: outputs).run(cancellation: cancellation)
    }

    /// Checks names and element types once, for runs on the same inputs again and again, as when time is measured.
    ///
    /// - Throws: as ``run(_:outputs:cancellation:)`` does before the run.
    package func prepare(_ inputs: [String: Tensor], outputs: [String]? = nil) throws(EngineError) -> PreparedRun {
        try PreparedRun(self, inputs: inputs, outputs: outputs)
    }
}

extension Runtime {
    fileprivate typealias Count = @convention(c) (OpaquePointer, UnsafeMutablePointer<Int>) -> OpaquePointer?
    fileprivate typealias Name =
        @convention(c) (
            OpaquePointer, Int, OpaquePointer, UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
        ) -> OpaquePointer?
    fileprivate typealias TypeInformation = @convention(c) (OpaquePointer, Int, UnsafeMutablePointer<OpaquePointer?>) -> OpaquePointer?

    /// Reads one of the session's three lists of values.
    fileprivate func descriptions(
        of session: OpaquePointer, _ readCount: Count, _ readName: Name, _ readType: TypeInformation
    ) throws(EngineError) -> [ValueDescription] {
        var count = 0
        try api.check(readCount(session, &count))
        var values: [ValueDescription] = []
        for index in 0..<count {
            let type = try ValueType(api) { readType(session, index, $0) }
            var characters: UnsafeMutablePointer<CChar>?
            try api.check(readName(session, index, allocator, &characters))
            guard let characters else { throw .runtime(.failure, message: "an input or output without a name") }
            defer { _ = api.pointee.AllocatorFree(allocator, characters) }
            values.append(ValueDescription(name: String(cString: characters), type: type))
        }
        return values
    }
}
