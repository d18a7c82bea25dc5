/// Why an edit does not fit the graph that it is meant for.
package enum PatchError: Error, Hashable, CustomStringConvertible {
    case noSuchNode(GraphPatch.NodeReference)
    case nodeReplacedTwice(node: String)
    case duplicateInitializer(String)
    case invalidInitializer(String, reason: String)
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
        case .noSuchNode(.producer(let value)): "no node produces '\(value)'"
        case .nodeReplacedTwice(let node): "node '\(node)' is replaced twice"
        case .duplicateInitializer(let name): "initializer '\(name)' is added twice"
        case .invalidInitializer(let name, let reason): "initializer '\(name)': \(reason)"
        case .typeChanged(let value, let old, let new): "value '\(value)' would change from \(old) to \(new)"
        case .unknownValue(let name): "a type is given for '\(name)', which the graph does not have"
        case .domainNotImported(let domain, let node): "node '\(node)' needs the operators of '\(domain)', which the model does not import"
        case .graph(let error): "\(error)"
        }
    }
}
