import Foundation
import GraphGradient
import ONNXModel
import OnnxRuntimeEngine
import SwiftProtobuf
import Tensors

/// A backend node test of the `onnx` package, as `node_cases.py` writes it: a model of one node, and how the sum of its first output
/// with a cotangent changes along a direction of its inputs.
struct NodeCase {
    let name: String
    let operatorName: String
    /// nil where an input is no tensor, or no input or output is float32.
    let model: ModelProto?
    /// `original/NAME`, `input/NAME` and `direction/NAME` for every input, `expected`, `cotangent`, and `slope` where the reference evaluator ran.
    private let values: [String: Tensor]

    init(folder: URL) throws {
        let graph = try GraphProto(serializedBytes: Data(contentsOf: folder.appending(path: "case.pb")))
        name = folder.lastPathComponent
        operatorName = graph.name
        let file = folder.appending(path: "model.onnx")
        model = FileManager.default.fileExists(atPath: file.path) ? try ModelProto(serializedBytes: Data(contentsOf: file)) : nil
        values = Dictionary(uniqueKeysWithValues: try graph.initializer.map { ($0.name, try Tensor(rawDataOf: $0)) })
    }

    /// What became of a case.
    enum Outcome: Hashable {
        /// The gradient is finite and agrees with the difference.
        case covered
        /// The gradient is 0, and so is the difference.
        case flat
        /// Integers, half precision, strings, sequences.
        case nothingToDifferentiate
        /// ONNX Runtime has no kernel for it.
        case notRun
        case refused(reason: String)
        case wrong(String)
    }

    /// Half a percent of the sizes that are added up: the gradient is computed in float32, at inputs that the package has chosen, some
    /// of them large; what a wrong rule gives is off by much more.
    private static let tolerance = 5e-3
    /// For differences of float32 results, of which some digits cancel.
    private static let looseTolerance = 2e-2

    func outcome() throws -> Outcome {
        guard let model, let cotangent = values["cotangent"] else { return .nothingToDifferentiate }
        let inputs = model.graph.input.map(\.name)
        var feeds: [String: Tensor] = [:]
        for name in inputs { feeds[name] = values["input/\(name)"] }
        guard let forward = try? Session(model: model.serializedData()), (try? forward.run(feeds)) != nil else { return .notRun }
        let differentiable: ModelProto
        do {
            differentiable = try gradientModel(of: OpsetUpgrade.upgraded(model), feeds)
        } catch let error as GradientError {
            switch error {
            case .noRule: return .refused(reason: "no rule")
            case .unsupported(_, _, let reason): return .refused(reason: reason)
            }
        } catch OpsetUpgradeError.noCounterpart(_, _, let reason) {
            return .refused(reason: reason)
        }
        let results = try Session(model: differentiable.serializedData()).run(feeds.merging(["cotangent": cotangent]) { $1 })
        var (slope, size) = (0.0, 0.0)
        for input in inputs {
            guard let gradient = results["gradient/\(input)"]?.reals else { continue }
            guard let direction = values["direction/\(input)"]?.reals, direction.count == gradient.count else {
                return .wrong("gradient/\(input) has another shape")
            }
            guard gradient.allSatisfy(\.isFinite) else { return .wrong("gradient/\(input) is not finite") }
            for (part, along) in zip(gradient, direction) {
                slope += part * along
                size += abs(part * along)
            }
        }
        if let expected = values["slope"]?.reals.first, expected.isFinite, try agreesWithPackage(forward, inputs) {
            guard abs(slope - expected) <= Self.tolerance * (1 + size) else { return .wrong("its slope is \(slope), not \(expected)") }
        } else {
            // Large steps bend, small ones drown in rounding: one in between is right.
            let measured = try [1e-2, 3e-3, 1e-3].map { try difference(forward, feeds, cotangent, step: $0) }
            guard measured.contains(where: { abs(slope - $0) <= Self.looseTolerance * (1 + size) }) else {
                return .wrong("its slope is \(slope), not one of \(measured)")
            }
        }
        return size == 0 ? .flat : .covered
    }

    /// Whether ONNX Runtime gives what the package expects; where it does not, the package's slope is that of another function.
    private func agreesWithPackage(_ forward: Session, _ inputs: [String]) throws -> Bool {
        var feeds: [String: Tensor] = [:]
        for name in inputs { feeds[name] = values["original/\(name)"] }
        let (found, wanted) = (try forward.run(feeds).values.first?.reals ?? [], values["expected"]?.reals ?? [])
        return found.count == wanted.count && zip(found, wanted).allSatisfy { $0 == $1 || abs($0 - $1) <= 1e-3 * (1 + abs($1)) }
    }

    /// The slope along the direction by ONNX Runtime, where the reference evaluator has none.
    private func difference(_ forward: Session, _ feeds: [String: Tensor], _ cotangent: Tensor, step: Double) throws -> Double {
        let sides = try [step, -step].map { step in
            var moved = feeds
            for (name, tensor) in feeds {
                let elements = zip(tensor.reals, values["direction/\(name)"]?.reals ?? []).map { $0 + step * $1 }
                moved[name] =
                    tensor.elementType == .float64
                    ? try Tensor(shape: tensor.shape, elements) : try Tensor(shape: tensor.shape, elements.map { Float($0) })
            }
            let output = try forward.run(moved).values.first?.reals ?? []
            return zip(output, cotangent.reals).reduce(0) { $0 + $1.0 * $1.1 }
        }
        return (sides[0] - sides[1]) / (2 * step)
    }

    /// The model with `gradient/NAME` for all inputs that influence the first output.
    private func gradientModel(of model: ModelProto, _ feeds: [String: Tensor]) throws -> ModelProto {
        var model = model
        let output = model.graph.output[0].name
        var (types, constants) = try observed(model, feeds)
        if let graph = Decomposition.decomposed(model.graph, types: types, constants: constants) {
            model.graph = graph
            (types, constants) = try observed(model, feeds)
        }
        let targets = Set(model.graph.input.map(\.name))
        var pass = BackwardPass(nodes: model.graph.node, types: types, constants: constants)
        let obstacles = pass.obstacles(towards: [output])
        if let obstacle = targets.sorted().lazy.compactMap({ obstacles[$0] }).first { throw obstacle }
        var builder = GraphBuilder(avoiding: model.graph.allNames.union(["cotangent"]))
        let gradients = try pass.append(seeds: [output: "cotangent"], withRespectTo: targets, to: &builder)
        model.graph.node = pass.nodes + builder.nodes
        model.graph.initializer += builder.initializers
        model.graph.input.append(ValueInfoProto(name: "cotangent", types[output] ?? TensorType(.float32, [])))
        for (target, gradient) in gradients.sorted(by: { $0.key < $1.key }) {
            model.graph.node.append(NodeProto("Identity", [gradient], ["gradient/\(target)"]))
            model.graph.output.append(.with { $0.name = "gradient/\(target)" })
        }
        return model
    }

    /// Types of all values from one run, and what the model stores.
    private func observed(_ model: ModelProto, _ feeds: [String: Tensor]) throws -> ([String: TensorType], [String: Tensor]) {
        var exposed = model
        exposed.graph.output = model.graph.node.flatMap(\.output).filter { !$0.isEmpty }.map { name in .with { $0.name = name } }
        exposed.graph.valueInfo = []
        var constants: [String: Tensor] = [:]
        let reader = Model(proto: model)
        for proto in model.graph.initializer { constants[proto.name] = try? reader.tensor(proto) }
        for node in model.graph.node {
            if let name = node.optionalOutput(0), let value = try reader.constantValue(of: node) { constants[name] = value }
        }
        let results = try Session(model: exposed.serializedData()).run(feeds)
        let all = results.merging(feeds) { $1 }.merging(constants) { $1 }
        return (all.mapValues { TensorType($0.elementType, $0.shape.map(Dimension.fixed)) }, constants)
    }
}

extension Tensor {
    /// The elements of a float32 or float64 tensor.
    fileprivate var reals: [Double] {
        elements(as: Double.self) ?? elements(as: Float.self)?.map(Double.init) ?? []
    }
}
