internal import COnnxRuntime
internal import Tensors

/// Values in memory that is lent to a session, ready to be given to its runs.
struct HeldInputs: ~Copyable, Sendable {
    let names: [String]
    private let values: [Value]
    /// Keep the memory that the values lie in.
    private let tensors: [LentTensor]

    /// A handle in an array, which takes nothing that cannot be copied.
    private final class Value: Sendable {
        let handle: Handle

        init(_ handle: consuming Handle) { self.handle = handle }
    }

    init(_ tensors: [String: LentTensor], _ runtime: Runtime) throws(EngineError) {
        names = tensors.keys.sorted()
        self.tensors = names.compactMap { tensors[$0] }
        var values: [Value] = []
        for tensor in self.tensors {
            let value = try runtime.api.object(runtime.valueMaker(over: tensor.bytes, tensor.elementType, shape: tensor.shape))
            values.append(Value(Handle(value, release: runtime.api.pointee.ReleaseValue)))
        }
        self.values = values
    }

    /// In the order of ``names``.
    var pointers: [OpaquePointer?] { values.map { $0.handle.pointer } }
}

extension Runtime {
    /// Makes a value over bytes that stay where they are.
    func valueMaker(over bytes: UnsafeRawBufferPointer, _ type: ElementType, shape: [Int]) -> ObjectMaker {
        let (table, memory, lengths) = (api.pointee, memory, shape.map(Int64.init))
        // The runtime does not write to what it is given as an input.
        let start = UnsafeMutableRawPointer(mutating: bytes.baseAddress)
        return { table.CreateTensorWithDataAsOrtValue(memory, start, bytes.count, lengths, lengths.count, type.rawValue, $0) }
    }
}
