/// What `jointrank export-factors` writes beside the tensors: which modules take the place of each factored layer.
///
/// Tensors are named as in the safetensors file; shapes and module names are PyTorch's.
public struct FactorMap: Codable, Sendable, Hashable {
    /// A layer that was factored.
    public struct Layer: Codable, Sendable, Hashable {
        /// As `inspect` lists it.
        public var name: String
        /// `factors`, or `pivoted`: so it is stored in the model. What is exported are plain factors of the same product.
        public var form: String
        /// `channels`, `spatial` or `tucker`.
        public var scheme: String
        /// Components that all groups share.
        public var rank: Int
        /// Of a convolution; else 1.
        public var groups: Int
        /// Of the factors: `float32`, `float16`, `bfloat16` or `float64`.
        public var dtype: String
        /// Before and after.
        public var parameters: Parameters
        /// Every node that applied the weight.
        public var uses: [Use]

        /// Sets every field.
        public init(
            name: String, form: String, scheme: String, rank: Int, groups: Int, dtype: String, parameters: Parameters, uses: [Use]
        ) {
            self.name = name
            self.form = form
            self.scheme = scheme
            self.rank = rank
            self.groups = groups
            self.dtype = dtype
            self.parameters = parameters
            self.uses = uses
        }
    }

    /// Without biases.
    public struct Parameters: Codable, Sendable, Hashable {
        /// Of the original weight.
        public var dense: Int
        /// That the model holds.
        public var stored: Int
        /// Of the exported factors: more than are stored where these are pivoted rows.
        public var exported: Int

        /// Sets every field.
        public init(dense: Int, stored: Int, exported: Int) {
            self.dense = dense
            self.stored = stored
            self.exported = exported
        }
    }

    /// A node of the original model whose weight was factored.
    public struct Use: Codable, Sendable, Hashable {
        /// The node's name; may be empty.
        public var node: String
        /// `Conv`, `Gemm`, `MatMul` or `Gather`.
        public var op: String
        /// The value that the node computes.
        public var output: String
        /// What was factored.
        public var weight: Weight
        /// Along which axis of its input and output the node works, as PyTorch counts: -1 for nn.Linear; others need the value transposed.
        public var inputAxis: Int
        /// Likewise, of the output.
        public var outputAxis: Int
        /// A value that the node adds to its result and no module can hold, as it is no constant vector.
        public var addend: String?
        /// To be applied in this order.
        public var modules: [Module]

        /// Sets every field.
        public init(
            node: String, op: String, output: String, weight: Weight, inputAxis: Int, outputAxis: Int, addend: String?, modules: [Module]
        ) {
            self.node = node
            self.op = op
            self.output = output
            self.weight = weight
            self.inputAxis = inputAxis
            self.outputAxis = outputAxis
            self.addend = addend
            self.modules = modules
        }
    }

    /// A weight of the original model.
    public struct Weight: Codable, Sendable, Hashable {
        /// The initializer; exporters often name it as the parameter is called.
        public var name: String
        /// As the PyTorch module holds it: [out, in], [entries, width] of an embedding, [out, in / groups, k...].
        public var shape: [Int]
        /// SHA-256 of its numbers in that order, little-endian: it finds the module whatever the exporter called the weight.
        public var sha256: String

        /// Sets every field.
        public init(name: String, shape: [Int], sha256: String) {
            self.name = name
            self.shape = shape
            self.sha256 = sha256
        }
    }

    /// A tensor of the file, or the transposed matrix.
    public struct TensorReference: Codable, Sendable, Hashable {
        /// Its name in the file.
        public var tensor: String
        /// Whether the module takes the matrix the other way round.
        public var transposed: Bool

        /// Sets every field.
        public init(tensor: String, transposed: Bool = false) {
            self.tensor = tensor
            self.transposed = transposed
        }
    }

    /// A module of PyTorch.
    public struct Module: Codable, Sendable, Hashable {
        /// `Linear`, `Embedding`, `Conv1d`, `Conv2d`, `Conv3d`, `ZeroPad1d`, `ZeroPad2d` or `ZeroPad3d` of torch.nn.
        public var type: String
        /// Absent from padding.
        public var weight: TensorReference?
        /// Absent where there is none.
        public var bias: TensorReference?
        /// Of convolutions, an entry a spatial axis.
        public var stride: [Int]?
        /// Likewise.
        public var dilation: [Int]?
        /// Of convolutions.
        public var groups: Int?
        /// Of convolutions an entry a spatial axis, of padding the module's argument: before and after each axis, from the last one.
        /// Absent where it depends on the input's size.
        public var padding: [Int]?
        /// ONNX's `auto_pad` of such a convolution.
        public var autoPad: String?

        /// Sets every field.
        public init(
            type: String, weight: TensorReference? = nil, bias: TensorReference? = nil, stride: [Int]? = nil, dilation: [Int]? = nil,
            groups: Int? = nil, padding: [Int]? = nil, autoPad: String? = nil
        ) {
            self.type = type
            self.weight = weight
            self.bias = bias
            self.stride = stride
            self.dilation = dilation
            self.groups = groups
            self.padding = padding
            self.autoPad = autoPad
        }
    }

    /// The number grows whenever a field comes, goes or changes its meaning; see `Documentation/schemas/factors.schema.json`.
    public var schema = "jointrank.factors/1"
    /// Of jointrank.
    public var version: String
    /// The files, as they were given.
    public var model: String
    /// Likewise.
    public var original: String
    /// In graph order.
    public var layers: [Layer]

    /// Sets every field.
    public init(version: String, model: String, original: String, layers: [Layer]) {
        self.version = version
        self.model = model
        self.original = original
        self.layers = layers
    }
}
