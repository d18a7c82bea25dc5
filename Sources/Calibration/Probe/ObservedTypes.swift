internal import Foundation
package import ONNXModel
internal import OnnxRuntimeEngine
package import Tensors

/// Element types and shapes of every value of a graph, observed by running it: exact for the data at hand, whatever operators
/// the graph is made of. An axis is dynamic where its length follows the number of samples.
package struct ObservedTypes: Sendable {
    package let types: [String: TensorType]

    /// - Parameters:
    ///   - model: without external data.
    ///   - samples: makes inputs for so many samples.
    ///   - batch: says whether the number of samples may vary.
    /// - Throws: `EngineError` where the runtime refuses the model.
    package init(of model: Model, batch: BatchPolicy, samples: (Int) throws -> [String: Tensor]) throws {
        let graph = model.proto.graph
        let session = try Session(model: model.exposingAllValues().serialized(), options: SessionOptions(graphOptimization: .none))
        let observable = session.outputs.filter { $0.elementType != nil }.map(\.name)

        let first = try ObservedTypes.shapes(session, samples(batch.fixed ?? 2), observable)
        let second = batch.fixed == nil ? try ObservedTypes.shapes(session, samples(3), observable) : first
        var types = GraphIndex(model).declaredTypes.filter { graph.initializerNames.contains($0.key) }
        for (name, type) in first {
            guard let other = second[name], other.shape.count == type.shape.count else { continue }
            let shape = zip(type.shape, other.shape).map { $0 == $1 ? Dimension.fixed($0) : .dynamic }
            types[name] = TensorType(type.elementType, shape)
        }
        self.types = types
    }

    /// Bytes that all values take for one sample.
    package var bytesPerSample: Int {
        types.values.reduce(0) { sum, type in
            guard type.shape.contains(.dynamic) else { return sum }
            // A hostile shape has been run already, so that its size is known to fit.
            return sum + type.shape.reduce(type.elementType.byteCount) { $0 * ($1.fixedLength ?? 1) }
        }
    }

    private static func shapes(
        _ session: Session, _ inputs: [String: Tensor], _ names: [String]
    ) throws -> [String: (elementType: ElementType, shape: [Int])] {
        var all = inputs
        for (name, tensor) in try session.run(inputs, outputs: names) { all[name] = tensor }
        return all.mapValues { ($0.elementType, $0.shape) }
    }
}

extension GraphProto {
    fileprivate var initializerNames: Set<String> { Set(initializer.map(\.name)) }
}
