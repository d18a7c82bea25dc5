/// What `jointrank inspect` says of a model.
public struct InspectionReport: Codable, Sendable, Hashable {
    /// A layer with a constant weight.
    public struct Layer: Codable, Sendable, Hashable {
        /// The node's name.
        public var name: String
        /// The node's operator.
        public var op: String
        /// The weight tensor's shape; empty where it is not known.
        public var shape: [Int]
        /// A convolution's groups, each a matrix of its own; 1 elsewhere.
        public var groups: Int
        /// The largest rank that the weight can have; absent where it is not known.
        public var fullRank: Int?
        /// The largest rank at which two factors take fewer parameters than the dense weight.
        public var largestSavingRank: Int?
        /// Numbers in the weight.
        public var parameters: Int
        /// Multiply-accumulates per sample; absent where a shape is not known.
        public var macs: Int?
        /// Whether the layer can be factored.
        public var treatable: Bool
        /// Why not, where it is not.
        public var reason: String?

        /// Sets every field.
        public init(
            name: String, op: String, shape: [Int], groups: Int, fullRank: Int?, largestSavingRank: Int?, parameters: Int, macs: Int?,
            treatable: Bool, reason: String?
        ) {
            self.name = name
            self.op = op
            self.shape = shape
            self.groups = groups
            self.fullRank = fullRank
            self.largestSavingRank = largestSavingRank
            self.parameters = parameters
            self.macs = macs
            self.treatable = treatable
            self.reason = reason
        }
    }

    /// An operator of the model that gradients cannot pass.
    public struct Operator: Codable, Sendable, Hashable {
        /// With its domain where that is not ONNX's own.
        public var name: String
        /// How many nodes of the model are of this kind.
        public var nodes: Int

        /// Sets every field.
        public init(name: String, nodes: Int) {
            self.name = name
            self.nodes = nodes
        }
    }

    /// An input or output of the model.
    public struct Value: Codable, Sendable, Hashable {
        /// By which runtimes know it.
        public var name: String
        /// In words.
        public var type: String
        /// An axis without a fixed length is null.
        public var shape: [Int?]

        /// Sets every field.
        public init(name: String, type: String, shape: [Int?]) {
            self.name = name
            self.type = type
            self.shape = shape
        }
    }

    /// Names the form of the JSON, and counts its changes.
    public var schema = "jointrank.inspection/1"
    /// The model's path, as it was given.
    public var model: String
    /// The version of ONNX's operators.
    public var opset: Int
    /// The file's size, external data included.
    public var bytes: Int
    /// Numbers in all weights.
    public var parameters: Int
    /// Multiply-accumulates per sample; absent where shapes are not known.
    public var macs: Int?
    /// What a caller gives.
    public var inputs: [Value]
    /// What a caller gets.
    public var outputs: [Value]
    /// Those that can be factored first.
    public var layers: [Layer]
    /// Sorted by name. What layers in front of them do to the loss is not known, so that `compress` leaves those as they are.
    public var operatorsWithoutGradient: [Operator]

    /// Sets every field.
    public init(
        model: String, opset: Int, bytes: Int, parameters: Int, macs: Int?, inputs: [Value], outputs: [Value], layers: [Layer],
        operatorsWithoutGradient: [Operator]
    ) {
        self.model = model
        self.opset = opset
        self.bytes = bytes
        self.parameters = parameters
        self.macs = macs
        self.inputs = inputs
        self.outputs = outputs
        self.layers = layers
        self.operatorsWithoutGradient = operatorsWithoutGradient
    }
}
