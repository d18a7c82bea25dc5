internal import Files

/// Why an edit does not fit the graph that it is meant for.
package enum PatchError: Error, Hashable, CustomStringConvertible {
    case noSuchNode(GraphPatch.NodeReference)
    case nodeReplacedTwice(node: String)
    case duplicateInitializer(String)
    case invalidInitializer(String, reason: String)
    /// Before IR version 4 every initializer must be an input of the graph as well; a Constant node need not.
    case initializerWithoutInput(String)
    /// A value that stays would get another element type or shape.
    case typeChanged(value: String, from: TensorType, to: TensorType)
    /// The patch states the type of something that the patched graph does not have.
    case unknownValue(String)
    /// A new node's operator set is not among the model's.
    case domainNotImported(String, node: String)
    /// The patched graph would be none.
    case graph(GraphError)

    package var description: String {
        switch self {
        case .noSuchNode(.index(let index)): "there is no node \(index)"
        case .noSuchNode(.producer(let value)): "no node produces \(value.quoted)"
        case .nodeReplacedTwice(let node): "node \(node.quoted) is replaced twice"
        case .duplicateInitializer(let name): "initializer \(name.quoted) is added twice"
        case .invalidInitializer(let name, let reason): "initializer \(name.quoted): \(reason)"
        case .initializerWithoutInput(let name):
            "initializer \(name.quoted) is no input of the graph, which it must be before IR version 4; use a Constant node"
        case .typeChanged(let value, let old, let new): "value \(value.quoted) would change from \(old) to \(new)"
        case .unknownValue(let name): "a type is given for \(name.quoted), which the graph does not have"
        case .domainNotImported(let domain, let node):
            "node \(node.quoted) needs the operators of \(domain.quoted), which the model does not import"
        case .graph(let error): "\(error)"
        }
    }
}
