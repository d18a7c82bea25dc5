/// What `jointrank inspect` says of a model.
public struct InspectionReport: Codable, Sendable, Hashable {
    public struct Layer: Codable, Sendable, Hashable {
        public var name: String
        public var op: String
        /// The weight tensor's shape; empty where it is not known.
        public var shape: [Int]
        public var groups: Int
        public var fullRank: Int?
        /// The largest rank at which two factors take fewer parameters than the dense weight.
        public var largestSavingRank: Int?
        public var parameters: Int
        /// Multiply-accumulates per sample; absent where a shape is not known.
        public var macs: Int?
        public var treatable: Bool
        /// Why not, where it is not.
        public var reason: String?

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

        public init(name: String, nodes: Int) {
            self.name = name
            self.nodes = nodes
        }
    }

    public struct Value: Codable, Sendable, Hashable {
        public var name: String
        public var type: String
        /// An axis without a fixed length is null.
        public var shape: [Int?]

        public init(name: String, type: String, shape: [Int?]) {
            self.name = name
            self.type = type
            self.shape = shape
        }
    }

    public var schema = "jointrank.inspection/1"
    public var model: String
    public var opset: Int
    public var bytes: Int
    public var parameters: Int
    public var macs: Int?
    public var inputs: [Value]
    public var outputs: [Value]
    public var layers: [Layer]
    /// Sorted by name. What layers in front of them do to the loss is not known, so that `compress` leaves those as they are.
    public var operatorsWithoutGradient: [Operator]

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
