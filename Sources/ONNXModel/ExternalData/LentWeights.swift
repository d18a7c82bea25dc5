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
                if isRead { weights[tensor.name] = try LentTensor(tensor, of: model) }
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
    /// The tensor in memory that is read anew, or in that of the message.
    fileprivate init?(_ proto: TensorProto, of model: Model) throws(ModelError) {
        guard let type = proto.elementType else { return nil }
        let (bytes, owner): (UnsafeRawBufferPointer, AnyObject)
        if proto.isExternal {
            let memory = try WeightMemory(ExternalData(proto), in: model.files)
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

/// External data in memory of its own.
private final class WeightMemory {
    let bytes: UnsafeRawBufferPointer

    init(_ data: ExternalData, in files: TensorFiles) throws(ModelError) {
        let source = try data.open(in: files)
        // Vector instructions like a cache line.
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: data.byteCount, alignment: 64)
        bytes = UnsafeRawBufferPointer(memory)
        try source.read(into: memory)
    }

    deinit { bytes.deallocate() }
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
