import Foundation
import GraphGradient
import ONNXModel
import OnnxRuntimeEngine
import SwiftProtobuf
import Tensors
import Testing

/// Where a gradient that the rules produced is not that of the central differences.
struct GradientFailure: CustomStringConvertible {
    let caseName: String
    let reason: String

    var description: String { "\(caseName): \(reason)" }
}

/// Compares the gradients that the rules give, run in float32 by ONNX Runtime, with central differences of a float64 evaluation by the
/// reference evaluator of the `onnx` package.
struct GradientCheck {
    /// The largest allowed `|a - n|`, relative to `1 + max |n|` over the input.
    var tolerance = 2e-5
    var rules = GradientRules.all

    /// Checks all cases, each with every axis fixed and again with the batch axis unknown, and records an issue for each failure.
    static func expect(_ cases: [GradientCase], sourceLocation: SourceLocation = #_sourceLocation) throws {
        for failure in try GradientCheck().failures(of: cases) {
            Issue.record("\(failure)", sourceLocation: sourceLocation)
        }
    }

    func failures(of cases: [GradientCase]) throws -> [GradientFailure] {
        let root = FileManager.default.temporaryDirectory.appending(path: "jointrank-gradients-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: root) }
        let folders = cases.indices.map { root.appending(path: "case-\($0)") }
        for (example, folder) in zip(cases, folders) {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try example.write(to: folder)
        }
        try ReferencePython.run("central_differences.py", folders)
        return try zip(cases, folders).flatMap { example, folder in
            let reference = try ReferenceResult(contentsOf: folder)
            return try [true, false].flatMap { batchIsFixed in
                try failures(of: example, against: reference, batchIsFixed: batchIsFixed).map {
                    GradientFailure(caseName: example.name, reason: "\($0) (\(batchIsFixed ? "fixed" : "dynamic") batch)")
                }
            }
        }
    }

    private func failures(of example: GradientCase, against reference: ReferenceResult, batchIsFixed: Bool) throws -> [String] {
        let model: ModelProto
        do {
            model = try example.gradientModel(types: reference.types(batchIsFixed: batchIsFixed), rules: rules)
        } catch let error as GradientError {
            return ["\(error)"]
        }
        var inputs = Dictionary(uniqueKeysWithValues: try example.values(batch: GradientCase.batch))
        for output in example.outputs { inputs["cotangent/\(output)"] = try reference.cotangent(of: output) }
        let results: [String: Tensor]
        do {
            results = try Session(model: model.serializedData()).run(inputs)
        } catch {
            return ["the gradient graph does not run: \(error)"]
        }
        let names = example.outputs.map { "output/\($0)" } + example.targets.map { "gradient/\($0)" }
        return names.compactMap { name in difference(of: results[name], from: reference.values[name]).map { "\(name) \($0)" } }
    }

    /// How two arrays differ by more than the tolerance, or nil.
    private func difference(of actual: Tensor?, from expected: Tensor?) -> String? {
        guard let actual, let found: [Float] = actual.elements() else { return "is missing or not float32" }
        guard let expected, let wanted: [Double] = expected.elements() else { return "has no reference" }
        guard actual.shape == expected.shape else { return "has the shape \(actual.shape), not \(expected.shape)" }
        let errors = zip(found, wanted).map { abs(Double($0) - $1) }
        let bound = tolerance * (1 + (wanted.map(abs).max() ?? 0))
        guard let worst = errors.indices.max(by: { errors[$0] < errors[$1] || errors[$1].isNaN }), !(errors[worst] <= bound) else {
            return nil
        }
        let wrong = errors.count { !($0 <= bound) }
        return "is wrong in \(wrong) of \(errors.count) elements, most at \(position(worst, in: actual.shape)): "
            + "\(found[worst]), not \(wanted[worst])"
    }

    private func position(_ index: Int, in shape: [Int]) -> [Int] {
        var rest = index
        return shape.reversed().map { length in
            defer { rest /= length }
            return rest % length
        }.reversed()
    }
}

extension GradientCase {
    /// The batch length of the comparison, and another one that tells which axes depend on it.
    static let batch = 3
    static let alternateBatch = 2

    /// Writes what `central_differences.py` reads.
    func write(to folder: URL) throws {
        try forwardModel(oracle ?? nodes).serializedData().write(to: folder.appending(path: "model.onnx"))
        for (file, batch) in [("inputs.pb", Self.batch), ("alternate.pb", Self.alternateBatch)] {
            var request = GraphProto()
            request.initializer = try values(batch: batch).map(TensorProto.init(name:_:))
            request.output = targets.map { ValueInfoProto(name: $0, nil) }
            try request.serializedData().write(to: folder.appending(path: file))
        }
    }

    private func forwardModel(_ nodes: [NodeProto]) throws -> ModelProto {
        var model = ModelProto()
        model.irVersion = 10
        model.opsetImport = [.with { $0.version = Int64(opset) }]
        model.graph.name = "test"
        model.graph.node = nodes
        model.graph.input = try values(batch: Self.batch).map { ValueInfoProto(name: $0.name, $0.tensor.elementType) }
        model.graph.initializer = constants.sorted { $0.key < $1.key }.map(TensorProto.init(name:_:))
        model.graph.output = outputs.map { ValueInfoProto(name: $0, .float32) }
        return model
    }

    /// The forward model with its backward pass: takes `cotangent/NAME` for every output and gives `gradient/NAME` for every target
    /// and `output/NAME` for every output.
    func gradientModel(types: [String: TensorType], rules: [String: GradientRule]) throws -> ModelProto {
        var constants = constants
        for node in nodes where node.opType == "Constant" {
            constants[node.output[0]] = try node.attributeProto("value").flatMap { try Tensor(rawDataOf: $0.t) }
        }
        var pass = BackwardPass(nodes: nodes, types: types, constants: constants, rules: rules)
        if let obstacle = targets.compactMap(pass.obstacles(towards: outputs).lookUp).first { throw obstacle }

        let seeds = Dictionary(uniqueKeysWithValues: outputs.map { ($0, "cotangent/\($0)") })
        let names = inputs.map(\.name) + nodes.flatMap { $0.output + [$0.name] } + seeds.values
        var builder = GraphBuilder(avoiding: Set(names))
        let gradients = try pass.append(seeds: seeds, withRespectTo: Set(targets), to: &builder)

        var model = try forwardModel(pass.nodes + builder.nodes)
        model.graph.input += outputs.map { ValueInfoProto(name: "cotangent/\($0)", .float32) }
        model.graph.initializer += builder.initializers
        model.graph.node += outputs.map { NodeProto("Identity", [$0], ["output/\($0)"]) }
        for target in targets {
            // No path to the outputs: the gradient is 0.
            let node = gradients[target].map { NodeProto("Identity", [$0], ["gradient/\(target)"]) }
            model.graph.node.append(node ?? NodeProto("Sub", [target, target], ["gradient/\(target)"]))
        }
        let results = outputs.map { "output/\($0)" } + targets.map { "gradient/\($0)" }
        model.graph.output = results.map { ValueInfoProto(name: $0, .float32) }
        return model
    }
}

extension Dictionary {
    fileprivate func lookUp(_ key: Key) -> Value? { self[key] }
}

extension ValueInfoProto {
    /// A tensor of unknown shape; without an element type, a mere name.
    fileprivate init(name: String, _ elementType: ElementType?) {
        self.init()
        self.name = name
        if let elementType { type.tensorType.elemType = elementType.rawValue }
    }
}
