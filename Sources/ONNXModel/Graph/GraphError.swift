internal import Files

/// Why nodes and values do not make a graph.
package enum GraphError: Error, Hashable, CustomStringConvertible {
    /// A value is defined twice: by two nodes, or by a node and an input or initializer.
    case duplicateValue(String)
    /// A node uses a value that nothing defines.
    case undefinedValue(String, node: String)
    /// A node uses a value that only a later node produces.
    case usedBeforeProduced(String, node: String)
    /// A node depends on its own output.
    case cycle(node: String)
    /// Nothing produces an output of the graph.
    case missingOutput(String)
    /// A function calls itself, perhaps by way of others.
    case recursiveFunction(String)
    /// Functions call each other through more levels than this.
    case deepFunctions(limit: Int)
    /// There are more nodes than this, with functions in place of their calls.
    case tooManyNodes(limit: Int)

    package var description: String {
        switch self {
        case .duplicateValue(let value): "value \(value.quoted) is defined more than once"
        case .undefinedValue(let value, let node): "node \(node.quoted) uses value \(value.quoted), which nothing defines"
        case .usedBeforeProduced(let value, let node):
            "node \(node.quoted) uses value \(value.quoted), which only a later node produces: the nodes are not in topological order"
        case .cycle(let node): "node \(node.quoted) depends on its own output"
        case .missingOutput(let output): "nothing produces the output \(output.quoted)"
        case .recursiveFunction(let function): "function \(function.quoted) calls itself"
        case .deepFunctions(let limit): "functions call each other more than \(limit) deep"
        case .tooManyNodes(let limit): "it has more than \(limit) nodes, with functions in place of their calls"
        }
    }
}
