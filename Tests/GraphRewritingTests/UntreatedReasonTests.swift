import ONNXModel
import Tensors
import Testing

@testable import GraphRewriting

@Suite("Why layers are left alone")
struct UntreatedReasonTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let model: Model
        let reason: UntreatedReason
        /// The node that stays untreated.
        var name = "layer"
    }

    private static let x = value("x", [nil, 8])
    private static let y = value("y", [nil, nil])
    private static let image = value("x", [nil, 8, 9, 9])
    private static let result = value("y", [nil, nil, nil, nil])

    private static func product(_ weight: TensorProto, operatorSet: Int = 13) -> Model {
        GraphRewritingTests.model(
            graph([node("MatMul", ["x", weight.name], "y", name: "layer")], [weight], inputs: [x], outputs: [y]), operatorSet: operatorSet)
    }

    private static func convolution(_ shape: [Int], groups: Int = 1, _ attributes: [AttributeProto] = []) -> Model {
        var conv = node("Conv", ["x", "w"], "y", name: "layer", .int("group", groups))
        conv.attribute += attributes
        return GraphRewritingTests.model(graph([conv], [weight("w", shape)], inputs: [image], outputs: [result]))
    }

    /// MatMul(x, w) beside other nodes.
    private static func beside(
        _ others: [NodeProto], weight: TensorProto = weight("w", [8, 8]), constants: [TensorProto] = [], inputs: [ValueInfoProto] = [],
        outputs: [ValueInfoProto] = []
    ) -> Model {
        GraphRewritingTests.model(
            graph(
                others + [node("MatMul", ["x", "w"], "y", name: "layer")], [weight] + constants, inputs: [x] + inputs,
                outputs: [y] + outputs))
    }

    /// The weight is what `producer` makes of `stored`.
    private static func computed(_ producer: NodeProto, from stored: [TensorProto]) -> Model {
        GraphRewritingTests.model(
            graph([producer, node("MatMul", ["x", "w"], "y", name: "layer")], stored, inputs: [x], outputs: [y]))
    }

    private static func branches(reading name: String) -> [AttributeProto] {
        ["then_branch", "else_branch"].map { branch in
            make(AttributeProto()) {
                $0.name = branch
                $0.type = .graph
                $0.g = graph([node("MatMul", ["x", name], branch, name: "nested")], inputs: [], outputs: [value(branch, [nil, nil])])
            }
        }
    }

    private static func choice(reading name: String) -> NodeProto {
        var choice = node("If", ["condition"], "chosen", name: "choice")
        choice.attribute = branches(reading: name)
        return choice
    }

    private static let condition = value("condition", [], .bool)
    private static let eight = weight("w", [8, 8])

    static let cases: [Case] = [
        Case(
            testDescription: "ConvTranspose",
            model: {
                let transposed = node("ConvTranspose", ["x", "w"], "y", name: "layer")
                return model(graph([transposed], [weight("w", [8, 4, 3, 3])], inputs: [image], outputs: [result]))
            }(), reason: .noTwoFactorForm),
        Case(
            testDescription: "columns of a table",
            model: {
                let gather = node("Gather", ["table", "ids"], "y", name: "layer", .int("axis", 1))
                return model(graph([gather], [weight("table", [9, 8])], inputs: [value("ids", [nil], .int64)], outputs: [y]))
            }(), reason: .noTwoFactorForm),
        Case(testDescription: "4-D convolution", model: convolution([8, 8, 2, 2, 2, 2]), reason: .noTwoFactorForm),
        Case(testDescription: "depthwise", model: convolution([8, 1, 3, 3], groups: 8), reason: .rankOne),
        Case(testDescription: "one output", model: product(weight("w", [8, 1])), reason: .rankOne),
        Case(testDescription: "vector", model: product(weight("w", [8])), reason: .rankOne),
        Case(
            testDescription: "vector of a Constant node",
            model: computed(
                node(
                    "Constant", [], "w",
                    make(AttributeProto()) {
                        $0.name = "value_floats"
                        $0.type = .floats
                        $0.floats = [1, 2, 3, 4, 5, 6, 7, 8]
                    }), from: []),
            reason: .rankOne),
        Case(testDescription: "2 x 2", model: product(weight("w", [2, 2])), reason: .noSavingRank),
        Case(
            testDescription: "computed", model: computed(node("Neg", ["v"], "w", name: "turn"), from: [weight("v", [8, 8])]),
            reason: .computedWeight(by: "Neg 'turn'")),
        Case(
            testDescription: "transposed to what it is",
            model: computed(node("Transpose", ["v"], "w", name: "turn", .ints("perm", [0, 1])), from: [weight("v", [8, 8])]),
            reason: .computedWeight(by: "Transpose 'turn'")),
        Case(
            testDescription: "transposed from more axes",
            model: computed(node("Transpose", ["v"], "w", name: "turn"), from: [weight("v", [8, 8, 1])]),
            reason: .computedWeight(by: "Transpose 'turn'")),
        Case(
            testDescription: "fed",
            model: {
                model(graph([node("MatMul", ["x", "w"], "y", name: "layer")], inputs: [x, value("w", [8, 8])], outputs: [y]))
            }(), reason: .fedWeight(input: "w")),
        Case(testDescription: "overridable", model: beside([], inputs: [value("w", [8, 8])]), reason: .overridableWeight(input: "w")),
        Case(testDescription: "graph output", model: beside([], outputs: [value("w", [8, 8])]), reason: .graphOutput("w")),
        Case(
            testDescription: "graph output through Identity",
            model: beside([node("Identity", ["w"], "copy")], outputs: [value("copy", [8, 8])]), reason: .graphOutput("copy")),
        Case(
            testDescription: "columns picked elsewhere",
            model: beside(
                [node("Gather", ["w", "ids"], "rows", name: "embed", .int("axis", 1))], inputs: [value("ids", [nil], .int64)],
                outputs: [value("rows", [8, nil])]),
            reason: .sharedInOtherRole(with: "Gather 'embed'")),
        Case(
            testDescription: "a bias elsewhere",
            model: beside(
                [node("Gemm", ["x", "v", "w"], "z", name: "tied")], constants: [weight("v", [8, 8])], outputs: [value("z", [8, 8])]),
            reason: .sharedInOtherRole(with: "Gemm 'tied'")),
        Case(
            testDescription: "transposed and added elsewhere",
            model: beside(
                [node("Transpose", ["w"], "t"), node("Mul", ["x", "t"], "z", name: "scale")], outputs: [value("z", [nil, 8])]),
            reason: .sharedInOtherRole(with: "Mul 'scale'")),
        Case(
            testDescription: "graph output through Transpose",
            model: beside([node("Transpose", ["w"], "t", .ints("perm", [1, 0]))], outputs: [value("t", [8, 8])]), reason: .graphOutput("t")),
        Case(
            testDescription: "added elsewhere",
            model: beside([node("Add", ["x", "w"], "z", name: "sum")], outputs: [value("z", [nil, 8])]),
            reason: .sharedInOtherRole(with: "Add 'sum'")),
        Case(
            testDescription: "read by a subgraph",
            model: beside([choice(reading: "w")], inputs: [condition], outputs: [value("chosen", [nil, nil])]),
            reason: .sharedWithSubgraph(of: "If 'choice'")),
        Case(
            testDescription: "inside a subgraph",
            model: beside(
                [choice(reading: "v")], constants: [weight("v", [8, 8])], inputs: [condition], outputs: [value("chosen", [nil, nil])]),
            reason: .nested(in: "a subgraph of If 'choice'"), name: "nested"),
        Case(
            testDescription: "inside a function",
            model: {
                var holder = product(eight)
                holder.proto.functions = [
                    make(FunctionProto()) {
                        $0.name = "Block"
                        $0.domain = "local"
                        $0.node = [node("MatMul", ["a", "b"], "c", name: "inner")]
                    }
                ]
                return holder
            }(), reason: .nested(in: "the function 'Block'"), name: "inner"),
        Case(
            testDescription: "dequantized",
            model: computed(
                node("DequantizeLinear", ["v", "scale"], "w"), from: [zeros("v", [8, 8], .int8), floats("scale", [], [0.5])]),
            reason: .quantized),
        Case(
            testDescription: "integer product",
            model: {
                let product = node("MatMulInteger", ["x", "w"], "y", name: "layer")
                return model(
                    graph(
                        [product], [zeros("w", [8, 8], .int8)], inputs: [value("x", [nil, 8], .int8)],
                        outputs: [value("y", [nil, 8], .int32)]))
            }(), reason: .quantized),
        Case(testDescription: "batched", model: product(weight("w", [3, 8, 8])), reason: .batchedWeight),
        Case(testDescription: "empty", model: product(weight("w", [8, 0])), reason: .emptyWeight),
        Case(
            testDescription: "dequantized to half precision",
            model: computed(
                node("DequantizeLinear", ["v", "scale"], "w"), from: [zeros("v", [8, 8], .int8), zeros("scale", [], .float16)]),
            reason: .quantized),
        Case(testDescription: "integers", model: product(zeros("w", [8, 8], .int32)), reason: .elementType("int32")),
        Case(
            testDescription: "complex",
            model: product(
                make(TensorProto()) {
                    $0.name = "w"
                    $0.dims = [8, 8]
                    $0.dataType = 14
                }), reason: .elementType("of the data type 14")),
        Case(
            testDescription: "sparse",
            model: {
                var sparse = product(eight)
                sparse.proto.graph.initializer = []
                sparse.proto.graph.sparseInitializer = [
                    make(SparseTensorProto()) {
                        $0.values = weight("w", [3])
                        $0.dims = [8, 8]
                    }
                ]
                return sparse
            }(), reason: .sparseWeight),
        Case(
            testDescription: "sparse Constant",
            model: {
                let constant = node(
                    "Constant", [], "w",
                    make(AttributeProto()) {
                        $0.name = "sparse_value"
                        $0.type = .sparseTensor
                        $0.sparseTensor.dims = [8, 8]
                        $0.sparseTensor.values = weight("", [3])
                    })
                return computed(constant, from: [])
            }(), reason: .sparseWeight),
        Case(
            testDescription: "both constant",
            model: {
                let product = node("MatMul", ["v", "w"], "y", name: "layer")
                return model(graph([product], [weight("v", [8, 8]), eight], inputs: [], outputs: [y]))
            }(), reason: .constantProduct),
        Case(
            testDescription: "groups that do not divide", model: convolution([8, 4, 3, 3], groups: 3),
            reason: .malformed("8 output channels do not divide into 3 groups")),
        Case(
            testDescription: "no groups", model: convolution([8, 8, 3, 3], groups: 0),
            reason: .malformed("8 output channels do not divide into 0 groups")),
        Case(
            testDescription: "another kernel_shape", model: convolution([8, 8, 3, 3], [.ints("kernel_shape", [5, 5])]),
            reason: .malformed("kernel_shape [5, 5] is not that of the weight [8, 8, 3, 3]")),
        Case(
            testDescription: "3-D Gemm",
            model: {
                model(graph([node("Gemm", ["x", "w"], "y", name: "layer")], [weight("w", [1, 8, 8])], inputs: [x], outputs: [y]))
            }(), reason: .malformed("the weight of Gemm has 3 axes, not 2")),
        Case(
            testDescription: "hostile shape",
            model: product(
                make(TensorProto()) {
                    $0.name = "w"
                    $0.dims = [.max, .max]
                    $0.dataType = 1
                }), reason: .malformed("[9223372036854775807, 9223372036854775807] is not a possible weight shape")),
        Case(
            testDescription: "negative shape",
            model: product(
                make(TensorProto()) {
                    $0.name = "w"
                    $0.dims = [-8, -8]
                    $0.dataType = 1
                }), reason: .malformed("[-8, -8] is not a possible weight shape")),
        Case(
            testDescription: "one operand",
            model: {
                model(graph([node("MatMul", ["x"], "y", name: "layer")], inputs: [x], outputs: [y]))
            }(), reason: .malformed("MatMul 'layer' lacks an operand")),
        Case(
            testDescription: "undefined",
            model: {
                model(graph([node("MatMul", ["x", "w"], "y", name: "layer")], inputs: [x], outputs: [y]))
            }(), reason: .malformed("nothing defines the weight 'w'")),
        Case(testDescription: "old operators", model: product(eight, operatorSet: 6), reason: .operatorSet),
    ]

    @Test("Products of activations are no layers")
    func productsOfActivationsAreNoLayers() {
        let catalogue = LayerCatalogue(model: Self.computed(node("Transpose", ["x"], "w"), from: []))
        #expect(catalogue.layers.isEmpty)
        #expect(catalogue.untreated.isEmpty)
    }

    @Test("Names the reason", arguments: cases)
    func namesTheReason(_ testCase: Case) {
        let catalogue = LayerCatalogue(model: testCase.model)
        let found = catalogue.untreated.filter { $0.name == testCase.name }
        #expect(found.first?.reason == testCase.reason)
        #expect(!catalogue.layers.contains { $0.name == testCase.name })
        #expect(!testCase.reason.description.isEmpty)
    }
}
