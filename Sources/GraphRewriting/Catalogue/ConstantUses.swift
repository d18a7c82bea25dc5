internal import ONNXModel

/// Who uses a constant, seen through Identity nodes, and a matrix through Transpose nodes too: exporters share weights that way.
struct ConstantUses {
    /// One operand of one node.
    struct Use: Hashable {
        let node: Int
        let operand: Int
        /// Whether the operand is the transposed matrix.
        let isTransposed: Bool
    }

    /// In graph order; the nodes that are looked through are not listed.
    private(set) var uses: [Use] = []
    /// The Identity and Transpose nodes that give the constant further names.
    private(set) var aliasNodes: [Int] = []
    /// The control-flow nodes that read the constant inside a subgraph.
    private(set) var captures: [Int] = []
    /// The graph outputs that are the constant itself.
    private(set) var outputs: [String] = []

    /// - Parameter constant: an initializer or the output of a Constant node.
    init(of constant: String, in index: GraphIndex) {
        let isMatrix = index.constantProto(constant)?.dims.count == 2
        var names = [(name: constant, isTransposed: false)]
        while let (name, isTransposed) = names.popLast() {
            if index.isGraphOutput(name) { outputs.append(name) }
            for position in index.consumers(of: name) {
                let node = index.graph.node[position]
                let operands = node.input.indices.filter { node.input[$0] == name }
                let turns = isMatrix && node.transposesMatrix
                if operands.isEmpty {
                    captures.append(position)
                } else if turns || node.isIdentity, let alias = node.optionalOutput(0) {
                    aliasNodes.append(position)
                    names.append((alias, isTransposed != turns))
                } else {
                    uses += operands.map { Use(node: position, operand: $0, isTransposed: isTransposed) }
                }
            }
        }
        uses.sort { ($0.node, $0.operand) < ($1.node, $1.operand) }
        captures.sort()
        outputs.sort()
    }
}

extension NodeProto {
    /// Whether the node transposes its input, if that is a matrix.
    var transposesMatrix: Bool {
        qualifiedOperator == "Transpose" && (ints("perm") ?? [1, 0]) == [1, 0]
    }
}
