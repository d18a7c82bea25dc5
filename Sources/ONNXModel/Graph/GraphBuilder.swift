internal import Foundation
package import Tensors

/// Collects new nodes and initializers under names that clash with nothing in the graph they will join.
package struct GraphBuilder: Sendable {
    /// In the order of their emission, which is a topological order among themselves.
    package private(set) var nodes: [NodeProto] = []
    package private(set) var initializers: [TensorProto] = []
    private var taken: Set<String>
    private var counters: [String: Int] = [:]
    private var constants: [Tensor: String] = [:]

    /// - Parameter taken: every name that the graph uses already, of values and of nodes.
    package init(avoiding taken: Set<String>) {
        self.taken = taken
    }

    /// A name that nothing else bears: `hint` itself, or `hint` with a number.
    package mutating func uniqueName(_ hint: String) -> String {
        if taken.insert(hint).inserted { return hint }
        while true {
            let number = counters[hint, default: 0] + 1
            counters[hint] = number
            let name = "\(hint).\(number)"
            if taken.insert(name).inserted { return name }
        }
    }

    /// Adds a node and returns the names of its outputs.
    package mutating func emit(
        _ opType: String, domain: String = "", _ inputs: [String], outputs count: Int, _ attributes: [AttributeProto] = [], hint: String
    ) -> [String] {
        var node = NodeProto()
        node.opType = opType
        node.domain = domain
        node.input = inputs
        node.attribute = attributes
        node.name = uniqueName("\(hint)/\(opType)")
        node.output = (0..<count).map { index in uniqueName("\(hint)/\(opType).\(index)") }
        nodes.append(node)
        return node.output
    }

    /// Adds a node with one output and returns that output's name.
    package mutating func emit(
        _ opType: String, domain: String = "", _ inputs: [String], _ attributes: [AttributeProto] = [], hint: String
    ) -> String {
        let name = uniqueName("\(hint)/\(opType)")
        var node = NodeProto()
        node.opType = opType
        node.domain = domain
        node.input = inputs
        node.attribute = attributes
        node.name = name
        node.output = [name]
        nodes.append(node)
        return name
    }

    /// Adds an existing node as it is; its names are the caller's care.
    package mutating func append(_ node: NodeProto) {
        nodes.append(node)
        taken.formUnion(node.output)
        taken.insert(node.name)
    }

    /// Adds an initializer and returns its name; equal small constants are stored once.
    package mutating func constant(_ tensor: Tensor, hint: String = "constant") -> String {
        if let name = constants[tensor] { return name }
        let name = uniqueName(hint)
        initializers.append(TensorProto(name: name, tensor))
        if tensor.bytes.count <= 64 { constants[tensor] = name }
        return name
    }

    /// A one-axis int64 constant, the form that axes, shapes and pads take.
    package mutating func integers(_ values: [Int]) -> String {
        constant(Tensor(values.map(Int64.init)), hint: "integers")
    }
}

extension TensorProto {
    /// A tensor stored as `raw_data`.
    package init(name: String, _ tensor: Tensor) {
        self.init()
        self.name = name
        dataType = tensor.elementType.rawValue
        dims = tensor.shape.map(Int64.init)
        rawData = Data(tensor.bytes)
    }
}
