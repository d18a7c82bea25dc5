internal import Foundation
package import ONNXModel
internal import OnnxRuntimeEngine
package import Tensors

/// What every value of a graph is, observed by running it: exact for the data at hand, whatever operators the graph is made of.
package struct ObservedTypes: Sendable {
    /// Element type and shape by value; an axis is dynamic where its length follows the number of samples.
    package let types: [String: TensorType]
    /// Small values that no input's content has a part in and that were the same in both runs: axes, bounds, shapes, also those that
    /// chains of nodes compute.
    package let constants: [String: Tensor]
    /// Bytes that all values take for one sample.
    package let bytesPerSample: Int

    /// Larger values are weights, which no rule needs to know.
    private static let largestConstant = 4096

    /// - Parameters:
    ///   - samples: makes inputs for so many samples.
    ///   - batch: says whether the number of samples may vary.
    /// - Throws: `EngineError` where the runtime refuses the model.
    package init(of model: Model, batch: BatchPolicy, samples: (Int) throws -> [String: Tensor]) throws {
        let index = GraphIndex(model)
        let session = try Session(of: model.exposingAllValues(), options: SessionOptions(graphOptimization: .none, prepacking: false))
        let names = session.outputs.filter { $0.elementType != nil }.map(\.name)
        let independent = model.proto.graph.valuesIndependentOfInputs

        func observe(_ count: Int) throws -> (types: [String: (elementType: ElementType, shape: [Int])], constants: [String: Tensor]) {
            let inputs = try samples(count)
            let all = try session.run(inputs, outputs: names).merging(inputs) { output, _ in output }
            let constants = all.filter { independent.contains($0.key) && $0.value.bytes.count <= ObservedTypes.largestConstant }
            return (all.mapValues { ($0.elementType, $0.shape) }, constants)
        }
        let first = try observe(batch.fixed ?? 2)
        let second = batch.fixed == nil ? try observe(3) : first

        let initializers = Set(model.proto.graph.initializer.map(\.name))
        var types = index.declaredTypes.filter { initializers.contains($0.key) }
        for (name, type) in first.types {
            guard let other = second.types[name], other.shape.count == type.shape.count else { continue }
            let shape = zip(type.shape, other.shape).map { $0 == $1 ? Dimension.fixed($0) : .dynamic }
            types[name] = TensorType(type.elementType, shape)
        }
        self.types = types
        // A hostile shape has been run already, so that its size is known to fit.
        let varying = first.types.filter { types[$0.key]?.shape.contains(.dynamic) == true }
        bytesPerSample = varying.values.reduce(0) { $0 + $1.shape.reduce($1.elementType.byteCount, *) } / (batch.fixed ?? 2)
        constants = try index.smallConstants(upTo: ObservedTypes.largestConstant)
            .merging(first.constants.filter { second.constants[$0.key] == $0.value }) { stored, _ in stored }
    }

}

extension GraphProto {
    /// Values computed from constants and from the shapes of other values alone.
    fileprivate var valuesIndependentOfInputs: Set<String> {
        var dependent = Set(input.map(\.name)).subtracting(initializer.map(\.name))
        var independent: Set<String> = []
        for node in node {
            let isShape = node.qualifiedOperator == "Shape" || node.qualifiedOperator == "Size"
            let isRandom = node.opType.hasPrefix("Random") || node.opType == "Bernoulli" || node.opType == "Multinomial"
            if isRandom || (!isShape && node.usedValues.contains(where: dependent.contains)) {
                dependent.formUnion(node.output)
            } else {
                independent.formUnion(node.output)
            }
        }
        return independent
    }
}
