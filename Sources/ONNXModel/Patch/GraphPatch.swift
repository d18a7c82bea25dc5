/// An edit of a model's main graph as a value: made and inspected first, checked as a whole, applied all at once or not at all.
///
/// What the patch does not name stays as it is: the order of the other nodes, their attributes, unknown fields, operator set imports.
package struct GraphPatch: Sendable {
    /// A node of the graph as it was before the patch. Node names are no reference: they may be empty or shared.
    package enum NodeReference: Sendable, Hashable {
        /// The position in the graph's list of nodes.
        case index(Int)
        /// The node that has this value among its outputs.
        case producer(of: String)
    }

    package struct Replacement: Sendable {
        package let node: NodeReference
        /// What stands in the node's place, in topological order; empty to remove it.
        package let nodes: [NodeProto]
    }

    package private(set) var replacements: [Replacement] = []
    /// Initializers to add. One that bears the name of an existing initializer replaces its data and must have its type and shape.
    package var initializers: [TensorProto] = []
    /// Initializers and node outputs that go if nothing uses them after the edit. An initializer goes together with the graph input
    /// of its name (before IR version 4 every initializer has one); a node goes when none of its outputs is used and all of them
    /// are listed.
    package var removableValues: [String] = []
    /// Types of new values, and of existing values whose type changes.
    package var valueInfo: [ValueInfoProto] = []
    /// Entries of the model's `metadata_props` to set.
    package var metadata: [String: String] = [:]

    package init() {}

    package var isEmpty: Bool {
        replacements.isEmpty && initializers.isEmpty && removableValues.isEmpty && valueInfo.isEmpty && metadata.isEmpty
    }

    /// Puts nodes, in topological order, in the place of one.
    package mutating func replace(_ node: NodeReference, with nodes: [NodeProto]) {
        replacements.append(Replacement(node: node, nodes: nodes))
    }

    /// Removes a node.
    package mutating func remove(_ node: NodeReference) {
        replace(node, with: [])
    }

    /// Takes over everything from another patch of the same graph.
    package mutating func append(_ other: GraphPatch) {
        replacements += other.replacements
        initializers += other.initializers
        removableValues += other.removableValues
        valueInfo += other.valueInfo
        metadata.merge(other.metadata) { _, new in new }
    }
}
