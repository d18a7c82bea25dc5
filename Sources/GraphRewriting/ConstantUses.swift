internal import ONNXModel

/// Who uses a constant, seen through Identity nodes: exporters share equal weights that way.
struct ConstantUses {
    /// One operand of one node.
    struct Use: Hashable {
        let node: Int
        let operand: Int
    }

    /// In graph order; Identity nodes are looked through, not listed.
    private(set) var uses: [Use] = []
    /// The Identity nodes that give the constant further names.
    private(set) var aliasNodes: [Int] = []
    /// The control-flow nodes that read the constant inside a subgraph.
    private(set) var captures: [Int] = []
    /// The graph outputs that are the constant itself.
    private(set) var outputs: [String] = []

    /// - Parameter constant: an initializer or the output of a Constant node.
    init(of constant: String, in index: GraphIndex) {
        var names = [constant]
        while let name = names.popLast() {
            if index.isGraphOutput(name) { outputs.append(name) }
            for position in index.consumers(of: name) {
                let node = index.graph.node[position]
                let operands = node.input.indices.filter { node.input[$0] == name }
                if operands.isEmpty {
                    captures.append(position)
                } else if node.isIdentity, let alias = node.optionalOutput(0) {
                    aliasNodes.append(position)
                    names.append(alias)
                } else {
                    uses += operands.map { Use(node: position, operand: $0) }
                }
            }
        }
        uses.sort { ($0.node, $0.operand) < ($1.node, $1.operand) }
        captures.sort()
        outputs.sort()
    }
}
