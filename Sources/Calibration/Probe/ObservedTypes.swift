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
    /// Numbers of samples that were run; one where the model fixes it.
    private let counts: [Int]
    /// By value, for each of these numbers.
    private let lengths: [String: [[Int]]]

    /// Larger values are weights, which no rule needs to know.
    private static let largestConstant = 4096

    /// - Parameters:
    ///   - samples: makes inputs for so many samples.
    ///   - batch: says whether the number of samples may vary.
    /// - Throws: `EngineError` where the runtime refuses the model.
    package init(of model: Model, batch: BatchPolicy, samples: (Int) throws -> [String: Tensor]) throws {
        let index = GraphIndex(model)
        let inferred = try InferredTypes.of(model)
        let values = model.proto.graph.node.flatMap(\.output).filter { inferred[$0] != nil }
        let counts = batch.fixed.map { [$0] } ?? [2, 3]
        let inputs = try counts.map(samples)
        let observed = try ObservedTypes.shapes(values, of: model, inputs)
        let (first, second) = (observed[0], observed[observed.count - 1])
        self.counts = counts
        lengths = Dictionary(uniqueKeysWithValues: first.keys.map { name in (name, observed.compactMap { $0[name] }) })

        let initializers = Set(model.proto.graph.initializer.map(\.name))
        var types = index.declaredTypes.filter { initializers.contains($0.key) }
        for (name, lengths) in first {
            guard let type = inferred[name]?.elementType, let others = second[name], others.count == lengths.count else { continue }
            types[name] = TensorType(type, zip(lengths, others).map { $0 == $1 ? Dimension.fixed($0) : .dynamic })
        }
        self.types = types
        // A hostile shape has been run already, so that its size is known to fit.
        func bytes(_ name: String) -> Int { (first[name] ?? []).reduce(inferred[name]?.elementType.byteCount ?? 0, *) }
        bytesPerSample = first.keys.filter { types[$0]?.shape.contains(.dynamic) == true }.reduce(0) { $0 + bytes($1) } / counts[0]
        let small = model.proto.graph.valuesIndependentOfInputs
            .filter { types[$0] != nil && bytes($0) <= ObservedTypes.largestConstant }.sorted()
        constants = try index.smallConstants(upTo: ObservedTypes.largestConstant)
            .merging(ObservedTypes.constants(small, of: model, inputs)) { stored, _ in stored }
    }

    /// The type of a value for so many samples: where a length follows their number, it does so in proportion, or plus a constant.
    ///
    /// - Returns: nil for a value that was not observed, or has another rank for other numbers of samples.
    package func type(of value: String, samples: Int) -> TensorType? {
        guard let type = types[value], let lengths = lengths[value], lengths.count == counts.count else { return nil }
        let (count, last) = (counts[0], lengths[lengths.count - 1])
        guard last.count == lengths[0].count else { return nil }
        return TensorType(
            type.elementType,
            zip(lengths[0], last).map { few, more in
                // Numbers of samples that were run are one apart.
                .fixed(max(few + (more - few) * (samples - count), 0))
            })
    }

    /// The given values, as far as they are the same for all inputs.
    private static func constants(_ names: [String], of model: Model, _ inputs: [[String: Tensor]]) throws -> [String: Tensor] {
        guard !names.isEmpty else { return [:] }
        let session = try Session(of: model.exposing(names), options: .asWritten)
        let values = try inputs.map { try session.run($0) }
        return values[0].filter { name, value in values.allSatisfy { $0[name] == value } }
    }

    /// The shapes of the given values and of the inputs, for each of several inputs; the values themselves are not kept.
    private static func shapes(_ names: [String], of model: Model, _ inputs: [[String: Tensor]]) throws -> [[String: [Int]]] {
        let exposed = model.exposingShapes(of: names)
        let session = try Session(of: exposed.model, options: .asWritten)
        return try inputs.map { inputs in
            let shapes = try session.run(inputs)
            return exposed.outputs.compactMapValues { shapes[$0]?.elements(as: Int64.self)?.map { Int($0) } }
                .merging(inputs.mapValues(\.shape)) { output, _ in output }
        }
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
