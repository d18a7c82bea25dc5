package import Foundation
internal import SwiftProtobuf
package import Tensors

/// A model as a runtime takes it without a second copy of its large weights: these are inputs of the graph, and lie in memory that is given
/// to every run.
package struct LentWeights {
    /// The model's bytes without the weights.
    package let model: Data
    /// By name: initializers of the main graph before.
    package let weights: [String: LentTensor]
    /// Of all weights, read or not.
    package let names: Set<String>

    /// - Parameter isRead: whether the weights are there too; without them, the model can be looked at and not run.
    /// - Throws: ``ModelError`` where a weight cannot be read.
    package init(of model: Model, reading isRead: Bool = true) throws(ModelError) {
        if isRead { try model.checkOverlap() }
        var memories = WeightMemories()
        var weights: [String: LentTensor] = [:]
        var names: Set<String> = []
        var graph = model.proto.graph
        let outputs = Set(graph.output.map(\.name))
        let inputs = Set(graph.input.map(\.name))
        var kept: [TensorProto] = []
        for var tensor in graph.initializer {
            if !outputs.contains(tensor.name), let type = try tensor.typeOfWeight {
                guard names.insert(tensor.name).inserted else { throw tensor.invalid("there are two of this name") }
                if !inputs.contains(tensor.name) { graph.input.append(ValueInfoProto(name: tensor.name, type)) }
                if isRead { weights[tensor.name] = try LentTensor(tensor, of: model, &memories) }
            } else {
                if tensor.isInOwnFile { tensor = try tensor.inlined(from: model.files) }
                kept.append(tensor)
            }
        }
        graph.initializer = kept
        var proto = model.proto
        proto.graph = graph
        self.model = try proto.encoded()
        self.weights = weights
        self.names = names
    }
}

extension TensorProto {
    /// Nil where the tensor is small, or not made of floating-point numbers in one piece.
    fileprivate var typeOfWeight: TensorType? {
        get throws(ModelError) {
            guard let type = elementType, type.isFloatingPoint else { return nil }
            let byteCount = isExternal ? try ExternalData(self).byteCount : rawData.count
            return byteCount >= WeightReferences.smallest ? TensorType(type, try shape().map { .fixed($0) }) : nil
        }
    }
}

extension LentTensor {
    /// The tensor in memory: read from its file, or the message's own bytes.
    fileprivate init?(_ proto: TensorProto, of model: Model, _ memories: inout WeightMemories) throws(ModelError) {
        guard let type = proto.elementType else { return nil }
        let (bytes, owner): (UnsafeRawBufferPointer, AnyObject)
        if proto.isExternal {
            let memory = try memories.memory(of: ExternalData(proto), in: model.files)
            (bytes, owner) = (memory.bytes, memory)
        } else {
            let memory = HeldData(proto.rawData)
            (bytes, owner) = (memory.bytes, memory)
        }
        let shape = try proto.shape()
        do throws(TensorError) {
            try self.init(elementType: type, shape: shape, bytes: bytes, of: owner)
        } catch {
            throw proto.invalid("\(error)")
        }
    }
}

/// Pieces of external data in memory, each once however many tensors it is for.
private struct WeightMemories {
    private var known: [ExternalData.Range: WeightMemory] = [:]
    private var byteCount = 0

    mutating func memory(of data: ExternalData, in files: TensorFiles) throws(ModelError) -> WeightMemory {
        if let memory = known[data.range] { return memory }
        // What the system grants is not there yet, and a file with holes is longer than the disk.
        byteCount += data.byteCount
        guard byteCount <= ProcessInfo.processInfo.physicalMemory else {
            throw .outOfMemory(tensor: data.tensor, bytes: data.byteCount)
        }
        let memory = try WeightMemory(data, in: files)
        known[data.range] = memory
        return memory
    }
}

/// External data in memory of its own.
private final class WeightMemory {
    let bytes: UnsafeRawBufferPointer
    /// Vector instructions like a cache line.
    private static let alignment = 64

    init(_ data: ExternalData, in files: TensorFiles) throws(ModelError) {
        let source = try data.open(in: files)
        var start: UnsafeMutableRawPointer?
        guard posix_memalign(&start, WeightMemory.alignment, data.byteCount) == 0, let start else {
            throw .outOfMemory(tensor: data.tensor, bytes: data.byteCount)
        }
        let memory = UnsafeMutableRawBufferPointer(start: start, count: data.byteCount)
        bytes = UnsafeRawBufferPointer(memory)
        try source.read(into: memory)
    }

    deinit { free(UnsafeMutableRawPointer(mutating: bytes.baseAddress)) }
}

/// The elements of a message, which stay where they are as long as somebody holds them and nobody changes them.
private final class HeldData {
    let bytes: UnsafeRawBufferPointer
    private let data: Data

    /// - Parameter data: of more bytes than fit in a `Data` itself.
    init(_ data: Data) {
        self.data = data
        bytes = data.withUnsafeBytes { $0 }
    }
}
