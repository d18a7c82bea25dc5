import ONNXModel
import Tensors

/// The length of an axis in a test case: fixed, or the batch, which is run at two lengths.
enum Length: ExpressibleByIntegerLiteral, CustomStringConvertible, Sendable {
    case fixed(Int)
    case batch

    init(integerLiteral value: Int) {
        self = .fixed(value)
    }

    var description: String {
        switch self {
        case .fixed(let length): "\(length)"
        case .batch: "batch"
        }
    }

    func resolved(batch length: Int) -> Int {
        switch self {
        case .fixed(let fixed): fixed
        case .batch: length
        }
    }
}

/// One input of the node under test.
enum CaseInput: Sendable {
    /// A float32 graph input whose gradient is checked; its values lie in `range`, all different and none of them 0.
    case variable([Length], ClosedRange<Float> = -1...1)
    /// A graph input that is not differentiated, as a function of the batch length.
    case given(@Sendable (Int) -> Tensor)
    /// An initializer, whose value rules may look at.
    case constant(Tensor)
    /// An optional input left out.
    case absent

    static func variable(_ shape: Length..., in range: ClosedRange<Float> = -1...1) -> CaseInput {
        .variable(shape, range)
    }

    /// A one-axis int64 initializer.
    static func integers(_ values: Int...) -> CaseInput {
        .constant(Tensor(values.map(Int64.init)))
    }

    /// A float32 scalar initializer.
    static func scalar(_ value: Float) -> CaseInput {
        .constant(Tensor(scalar: value))
    }
}

/// A small forward model, and which of its inputs to differentiate by.
struct GradientCase: Sendable {
    let name: String
    let opset: Int
    let nodes: [NodeProto]
    /// Inputs by name, in the order of the graph's inputs.
    let inputs: [(name: String, input: CaseInput)]
    /// The values that the loss depends on.
    let outputs: [String]
    /// Nodes that compute the same outputs by other means, for operator forms that the reference evaluator has wrong.
    private(set) var oracle: [NodeProto]?

    /// A model of one node with the inputs `x0`, `x1`, ... and the outputs `y0`, `y1`, ...
    ///
    /// - Parameter outputs: which outputs the loss depends on, of as many as the node has; nil leaves the node's output out.
    init(
        _ name: String, _ opType: String, _ attributes: [AttributeProto] = [], _ inputs: [CaseInput], outputs: Int = 1, opset: Int = 18
    ) {
        var node = NodeProto()
        // `DOMAIN.NAME`, where the domain may have dots of its own.
        let parts = opType.split(separator: ".")
        node.opType = parts.last.map(String.init) ?? opType
        node.domain = parts.dropLast().joined(separator: ".")
        node.name = "node"
        node.attribute = attributes
        node.input = inputs.indices.map { index in
            if case .absent = inputs[index] { "" } else { "x\(index)" }
        }
        node.output = (0..<outputs).map { "y\($0)" }
        self.init(
            name, nodes: [node], inputs: inputs.enumerated().map { ("x\($0.offset)", $0.element) }, outputs: node.output, opset: opset)
    }

    /// A model of any nodes, in topological order.
    init(_ name: String, nodes: [NodeProto], inputs: [(name: String, input: CaseInput)], outputs: [String], opset: Int = 18) {
        self.name = name
        self.opset = opset
        self.nodes = nodes
        self.inputs = inputs
        self.outputs = outputs
    }

    /// The same case of one node with other outputs; the loss depends on those that have a name.
    func withOutputs(_ names: String...) -> GradientCase {
        var nodes = nodes
        nodes[0].output = names
        let inputs = inputs
        return GradientCase(
            "\(name), outputs \(names)", nodes: nodes, inputs: inputs, outputs: names.filter { !$0.isEmpty }, opset: opset)
    }

    /// The same case with other nodes for the reference evaluator.
    func judged(by oracle: [NodeProto]) -> GradientCase {
        var copy = self
        copy.oracle = oracle
        return copy
    }

    /// The same case, judged by its one node in another operator or with other attributes.
    func judged(by opType: String, _ attributes: [AttributeProto]) -> GradientCase {
        judged(by: nodes.map { NodeProto(opType, $0.input, $0.output, attributes) })
    }
}

extension NodeProto {
    /// A node for a test model.
    init(_ opType: String, _ inputs: [String], _ outputs: [String], _ attributes: [AttributeProto] = []) {
        self.init()
        self.opType = opType
        name = outputs.first ?? opType
        input = inputs
        output = outputs
        attribute = attributes
    }
}

extension GradientCase {
    /// The initializers, by name.
    var constants: [String: Tensor] {
        var constants: [String: Tensor] = [:]
        for (name, input) in inputs {
            if case .constant(let tensor) = input { constants[name] = tensor }
        }
        return constants
    }

    /// The names of the inputs to differentiate by, in order.
    var targets: [String] {
        inputs.compactMap { name, input in
            if case .variable = input { name } else { nil }
        }
    }

    /// The values of the graph's inputs at a batch length; the same at every call.
    func values(batch: Int) throws -> [(name: String, tensor: Tensor)] {
        var generator = SplitMix64(seed: name.utf8.reduce(17) { ($0 &* 31) &+ UInt64($1) })
        return try inputs.compactMap { name, input in
            switch input {
            case .variable(let lengths, let range):
                let shape = lengths.map { $0.resolved(batch: batch) }
                let count = shape.reduce(1, *)
                return (name, try Tensor(shape: shape, spread(count, over: range, with: &generator)))
            case .given(let tensor): return (name, tensor(batch))
            case .constant, .absent: return nil
            }
        }
    }
}

/// Evenly spread values in random order: no two are near each other, and in a symmetric range none is near 0, so that a step of
/// central differences crosses no kink of max, abs or relu.
private func spread(_ count: Int, over range: ClosedRange<Float>, with generator: inout SplitMix64) -> [Float] {
    let width = (range.upperBound - range.lowerBound) / Float(max(count, 1))
    return (0..<count).map { range.lowerBound + width * (Float($0) + 0.25) }.shuffled(using: &generator)
}

/// Steele, Lea, Flood: Fast splittable pseudorandom number generators (OOPSLA 2014).
private struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
