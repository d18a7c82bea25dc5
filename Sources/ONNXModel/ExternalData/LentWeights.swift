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

    /// - Throws: ``ModelError`` where a weight cannot be read.
    package init(of model: Model) throws(ModelError) {
        var weights: [String: LentTensor] = [:]
        var graph = model.proto.graph
        let outputs = Set(graph.output.map(\.name))
        let inputs = Set(graph.input.map(\.name))
        var kept: [TensorProto] = []
        for var tensor in graph.initializer {
            if !outputs.contains(tensor.name), let weight = try LentTensor(tensor, of: model) {
                guard weights.updateValue(weight, forKey: tensor.name) == nil else { throw tensor.invalid("there are two of this name") }
                if !inputs.contains(tensor.name) {
                    let type = TensorType(weight.elementType, weight.shape.map { .fixed($0) })
                    graph.input.append(ValueInfoProto(name: tensor.name, type))
                }
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
    }
}

extension LentTensor {
    /// The tensor in memory that is read anew, or in that of the message; nil where it is small, or not made of floating-point numbers.
    fileprivate init?(_ proto: TensorProto, of model: Model) throws(ModelError) {
        guard let type = proto.elementType, type.isFloatingPoint else { return nil }
        let (bytes, owner): (UnsafeRawBufferPointer, AnyObject)
        if proto.isExternal {
            let data = try ExternalData(proto)
            guard data.byteCount >= WeightReferences.smallest else { return nil }
            let memory = try WeightMemory(data, in: model.files)
            (bytes, owner) = (memory.bytes, memory)
        } else {
            guard proto.rawData.count >= WeightReferences.smallest else { return nil }
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
