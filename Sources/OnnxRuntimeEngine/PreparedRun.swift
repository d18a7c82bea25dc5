internal import COnnxRuntime
package import Tensors

/// A session together with checked inputs and the outputs to return, to be run again and again.
package struct PreparedRun: Sendable {
    private let session: Session
    private let inputNames: [String]
    private let tensors: [Tensor]
    private let outputNames: [String]

    init(_ session: Session, inputs: [String: Tensor], outputs: [String]?) throws(EngineError) {
        let needed = session.inputs.map(\.name)
        let known = session.inputs + session.overridableInitializers
        let missing = needed.filter { inputs[$0] == nil }
        guard missing.isEmpty else { throw .missingInputs(missing) }
        let given = known.compactMap { value in inputs[value.name].map { (value, $0) } }
        if given.count < inputs.count {
            let unknown = Set(inputs.keys).subtracting(known.map(\.name))
            throw .unknownInputs(unknown.sorted(), known: known.map(\.name))
        }
        for (value, tensor) in given where value.elementType != tensor.elementType {
            throw .inputType(name: value.name, expected: value.typeName, actual: tensor.elementType)
        }
        let produced = session.outputs.map(\.name)
        let unknown = (outputs ?? []).filter { !produced.contains($0) }
        guard unknown.isEmpty else { throw .unknownOutputs(unknown, known: produced) }

        self.session = session
        inputNames = given.map(\.0.name)
        tensors = given.map(\.1)
        outputNames = outputs ?? produced
    }

    /// Runs the model and returns the outputs by name.
    ///
    /// - Throws: as ``Session/run(_:outputs:cancellation:)`` does from the run on.
    package func run(cancellation: RunCancellation? = nil) throws(EngineError) -> [String: Tensor] {
        try execute(cancellation) { (values) throws(EngineError) in
            var tensors: [String: Tensor] = [:]
            for (name, value) in zip(outputNames, values) {
                tensors[name] = try session.runtime.tensor(of: value, name: name)
            }
            return tensors
        }
    }

    /// Runs the model and drops the outputs without reading them, the form to measure the model's own time with.
    package func runDiscardingOutputs(cancellation: RunCancellation? = nil) throws(EngineError) {
        try execute(cancellation) { _ in }
    }

    private func execute<Result>(
        _ cancellation: RunCancellation?, _ body: ([OpaquePointer?]) throws(EngineError) -> Result
    ) throws(EngineError) -> Result {
        let api = session.runtime.api
        let inputNames = (self.inputNames + session.held.names).map { session.names[$0] }
        let outputNames = self.outputNames.map { session.names[$0] }
        return try session.runtime.withValues(of: tensors[...], []) { (values) throws(EngineError) in
            let inputs = values + session.held.pointers
            var outputs = [OpaquePointer?](repeating: nil, count: outputNames.count)
            let status = api.pointee.Run(
                session.handle.pointer, cancellation?.options.pointer, inputNames, inputs, inputs.count, outputNames, outputs.count,
                &outputs)
            defer {
                for case let output? in outputs { api.pointee.ReleaseValue(output) }
            }
            do throws(EngineError) {
                try api.check(status)
            } catch {
                throw cancellation?.isCancelled == true ? EngineError.cancelled : error
            }
            return try body(outputs)
        }
    }
}

extension Runtime {
    /// Calls `body` with values that lie in the memory of `tensors`, added to `values`.
    fileprivate func withValues<Result>(
        of tensors: ArraySlice<Tensor>, _ values: [OpaquePointer?], _ body: ([OpaquePointer?]) throws(EngineError) -> Result
    ) throws(EngineError) -> Result {
        // One array's memory can be held only within a closure, hence one level of recursion for each tensor.
        guard let tensor = tensors.first else { return try body(values) }
        let table = api.pointee
        return try tensor.bytes.withUnsafeBufferPointer { (bytes) throws(EngineError) in
            try api.withObject(
                valueMaker(over: UnsafeRawBufferPointer(bytes), tensor.elementType, shape: tensor.shape), release: table.ReleaseValue
            ) { (value) throws(EngineError) in
                try withValues(of: tensors.dropFirst(), values + [value], body)
            }
        }
    }

    /// A copy of an output.
    fileprivate func tensor(of value: OpaquePointer?, name: String) throws(EngineError) -> Tensor {
        guard let value else { throw .unsupportedOutput(name: name, type: "nothing") }
        let type = try ValueType(api) { api.pointee.GetTypeInfo(value, $0) }
        guard let elementType = type.elementType else { throw .unsupportedOutput(name: name, type: type.name) }
        let shape = type.shape.compactMap(\.self)
        var start: UnsafeMutableRawPointer?
        if !shape.contains(0) { try api.check(api.pointee.GetTensorMutableData(value, &start)) }
        do throws(TensorError) {
            let byteCount = try Tensor.byteCount(of: elementType, shape: shape)
            let bytes = UnsafeRawBufferPointer(start: start, count: byteCount)
            return try Tensor(elementType: elementType, shape: shape, bytes: Array(bytes))
        } catch {
            throw .runtime(.failure, message: "output \"\(name)\": \(error)")
        }
    }
}
