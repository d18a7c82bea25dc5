/// Follows the calls of a model's functions, which runtimes replace by what they call: a model of a kilobyte could otherwise become
/// nodes without end.
struct FunctionCalls {
    /// Nodes of a model with functions in place of their calls; no network comes near it.
    static let nodeLimit = 1_000_000
    /// How deep functions may call each other.
    static let depthLimit = 100

    /// What tells functions apart; a call has the same parts.
    private struct Key: Hashable {
        let domain: String
        let name: String
        let overload: String

        init(_ function: FunctionProto) {
            (domain, name, overload) = (function.domain == "ai.onnx" ? "" : function.domain, function.name, function.overload)
        }

        init(_ node: NodeProto) {
            (domain, name, overload) = (node.isInDefaultDomain ? "" : node.domain, node.opType, node.overload)
        }
    }

    /// What becomes of a call.
    private struct Expansion {
        var nodes = 0
        /// Functions that stand in each other, this one included.
        var depth = 0

        /// Takes in what stands beside; both are within the limit, so that nothing overflows.
        mutating func add(_ other: Expansion) throws(GraphError) {
            nodes += other.nodes
            depth = max(depth, other.depth)
            guard nodes <= FunctionCalls.nodeLimit else { throw .tooManyNodes(limit: FunctionCalls.nodeLimit) }
        }
    }

    private let functions: [Key: FunctionProto]
    private var known: [Key: Expansion] = [:]
    /// The functions that are being followed.
    private var open: Set<Key> = []

    /// Checks the main graph and every function, also those that nothing calls.
    ///
    /// - Throws: ``GraphError/recursiveFunction(_:)``, ``GraphError/deepFunctions(limit:)``, ``GraphError/tooManyNodes(limit:)``.
    static func check(_ model: ModelProto) throws(GraphError) {
        var calls = FunctionCalls(functions: Dictionary(model.functions.map { (Key($0), $0) }, uniquingKeysWith: { first, _ in first }))
        _ = try calls.expansion(of: model.graph.node)
        for function in model.functions { _ = try calls.expansion(of: function, key: Key(function)) }
    }

    private init(functions: [Key: FunctionProto]) {
        self.functions = functions
    }

    /// Recursive as deep as subgraphs are nested, which reading a model limits, and functions call each other, which is limited here.
    private mutating func expansion(of nodes: [NodeProto]) throws(GraphError) -> Expansion {
        var sum = Expansion()
        for node in nodes {
            let key = Key(node)
            if let function = functions[key] {
                try sum.add(expansion(of: function, key: key))
            } else {
                try sum.add(Expansion(nodes: 1))
            }
            for graph in node.subgraphs { try sum.add(expansion(of: graph.node)) }
        }
        return sum
    }

    private mutating func expansion(of function: FunctionProto, key: Key) throws(GraphError) -> Expansion {
        if let known = known[key] { return known }
        guard open.insert(key).inserted else { throw .recursiveFunction(function.name) }
        defer { open.remove(key) }
        guard open.count <= FunctionCalls.depthLimit else { throw .deepFunctions(limit: FunctionCalls.depthLimit) }
        var expansion = try expansion(of: function.node)
        expansion.depth += 1
        guard expansion.depth <= FunctionCalls.depthLimit else { throw .deepFunctions(limit: FunctionCalls.depthLimit) }
        known[key] = expansion
        return expansion
    }
}
