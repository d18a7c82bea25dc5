internal import Foundation

/// Counts the messages in a model's bytes before any of them is made.
///
/// An empty message takes two bytes in a file and some hundred in memory, and more in all that looks at it, so that without a limit a
/// file of 40 MB could fill a machine. What is no message (text, numbers, bytes of tensors) takes at most eight times its bytes.
struct MessageCount {
    /// Some ten times as many as the largest networks have.
    static let limit = 5_000_000

    private var count = 0

    /// The number of messages, or a number above the limit as soon as that is passed; damaged parts, which the parser will refuse, and those
    /// nested deeper than it goes are not counted.
    static func of(_ bytes: Data, limit: Int = limit) -> Int {
        var counter = MessageCount()
        bytes.withUnsafeBytes { counter.add($0, kind: .model, depth: 0, limit: limit) }
        return counter.count
    }

    /// Recursive as deep as messages are nested, down to the parser's limit.
    private mutating func add(_ bytes: UnsafeRawBufferPointer, kind: MessageKind, depth: Int, limit: Int) {
        guard depth <= Model.messageDepthLimit else { return }
        var fields = WireFields(bytes)
        while count <= limit, let field = fields.next() {
            guard let content = field.content, let inner = kind.message(inField: field.number) else { continue }
            count += 1
            if inner != .leaf { add(content, kind: inner, depth: depth + 1, limit: limit) }
        }
    }
}

/// The messages of `onnx.proto`, as far as they hold others.
private enum MessageKind {
    case model, training, graph, function, node, attribute, tensor, sparseTensor, value, annotation
    case type, tensorType, sequenceType, mapType, shape
    case deviceConfiguration, sharding, shardedDimension
    /// Holds no messages.
    case leaf

    /// The kind of the messages in a field; nil for a field of anything else.
    func message(inField number: UInt64) -> MessageKind? {
        switch (self, number) {
        case (.model, 7), (.training, 1), (.training, 2), (.attribute, 6), (.attribute, 11): .graph
        case (.model, 20): .training
        case (.model, 25): .function
        case (.graph, 1), (.function, 7): .node
        case (.node, 5), (.function, 11): .attribute
        case (.graph, 5), (.attribute, 5), (.attribute, 10), (.sparseTensor, 1), (.sparseTensor, 2): .tensor
        case (.graph, 15), (.attribute, 22), (.attribute, 23): .sparseTensor
        case (.graph, 11), (.graph, 12), (.graph, 13), (.function, 12): .value
        case (.graph, 14): .annotation
        case (.value, 2), (.attribute, 14), (.attribute, 15), (.sequenceType, 1), (.mapType, 2): .type
        case (.type, 1), (.type, 8): .tensorType
        case (.type, 4), (.type, 9): .sequenceType
        case (.type, 5): .mapType
        case (.tensorType, 2): .shape
        case (.node, 10): .deviceConfiguration
        case (.deviceConfiguration, 2): .sharding
        case (.sharding, 4): .shardedDimension
        case (.model, 8), (.model, 14), (.model, 26), (.training, 3), (.training, 4), (.graph, 16), (.function, 9), (.function, 14),
            (.node, 9), (.tensor, 3), (.tensor, 13), (.tensor, 16), (.value, 4), (.annotation, 2), (.type, 7), (.shape, 1), (.sharding, 3),
            (.shardedDimension, 2):
            .leaf
        default: nil
        }
    }
}
