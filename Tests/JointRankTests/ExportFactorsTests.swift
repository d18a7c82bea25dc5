import Foundation
import ONNXModel
import Reporting
import TestSupport
import Tensors
import Testing

@Suite("Exported factors compute what the compressed model does", .enabled(if: ReferencePython.isInstalled, "\(ReferencePython.hint)"))
struct ExportFactorsTests {
    /// Both sum in float32, in orders of their own.
    private static let rounding = 1e-5

    /// Features [24] -> Gemm with a weight [in, out] -> MatMul with the weight on the left -> scaled Gemm.
    private func products(noise: Double) throws -> Model {
        var random = RandomTensors(seed: 12)
        let weights = [
            ("right.weight", try random.nearlyLowRank([24, 32], rank: 4, noise: noise)), ("right.bias", try random.normal([1, 32])),
            ("left.weight", try random.nearlyLowRank([32, 32], rank: 4, noise: noise)), ("last", Tensor([2] as [Int64])),
            ("head.weight", try random.normal([32, Networks.classes], deviation: 2)), ("head.bias", Tensor([0.5] as [Float])),
        ]
        return model(
            graph(
                [
                    node("Gemm", ["features", "right.weight", "right.bias"], "right"), node("Tanh", ["right"], "hidden1"),
                    node("Unsqueeze", ["hidden1", "last"], "column"), node("MatMul", ["left.weight", "column"], "left"),
                    node("Squeeze", ["left", "last"], "row"), node("Tanh", ["row"], "hidden2"),
                    node("Gemm", ["hidden2", "head.weight", "head.bias"], "scores", name: "head", .float("alpha", 0.5), .float("beta", 3)),
                ], weights, inputs: [value("features", [nil, 24])], outputs: [value("scores", [nil, Networks.classes])]))
    }

    /// Exports what `compress` wrote, and checks that every use computes the same.
    private func exported(_ workspace: Workspace, _ options: [String]) throws -> [String: ExportedUse] {
        let outcome = try Command.run(Workspace.arguments(options + ["--mode", "lossless"]), in: workspace.folder.path)
        try #require(outcome.exitCode == 0, "\(outcome.errors)")
        let uses = try ExportedUse.exported(in: workspace.folder)
        for (name, use) in uses { #expect(use.difference < Self.rounding, "\(name): \(use)") }
        return uses
    }

    /// Image [8, 9, 9] -> a convolution of rank 3 as a column of its kernel after a row of it, with strides and pads of its own along both
    /// axes -> dense layer.
    private func separable(noise: Double) throws -> Model {
        var random = RandomTensors(seed: 15)
        // Row o * 3 + v and column c * 3 + u.
        let matrix = try random.nearlyLowRank([16 * 3, 8 * 3], rank: 3, noise: noise).elements(as: Float.self) ?? []
        let weight = (0..<16 * 8 * 9).map { position in
            let (output, channel, row, column) = (position / 72, position / 9 % 8, position / 3 % 3, position % 3)
            return matrix[(output * 3 + column) * 24 + channel * 3 + row]
        }
        return model(
            graph(
                [
                    node("Conv", ["image", "conv.weight", "conv.bias"], "conv", .ints("strides", [2, 1]), .ints("pads", [1, 0, 1, 2])),
                    node("Tanh", ["conv"], "tanh"), node("GlobalAveragePool", ["tanh"], "pool"), node("Flatten", ["pool"], "flat"),
                    node("Gemm", ["flat", "dense.weight"], "scores", name: "dense", .int("transB", 1)),
                ],
                [
                    ("conv.weight", try Tensor(shape: [16, 8, 3, 3], weight)), ("conv.bias", try random.normal([16], deviation: 0.1)),
                    ("dense.weight", try random.normal([Networks.classes, 16], deviation: 4)),
                ], inputs: [value("image", [nil, 8, 9, 9])], outputs: [value("scores", [nil, Networks.classes])]))
    }

    /// What makes factors, and what makes chosen rows.
    private static let forms: [(form: String, options: [String])] = [
        ("factors", ["--force-rank", "*=3"]), ("pivoted", ["--keep-params", "0.5"]),
    ]

    @Test("of convolutions by whole patches, and of products", arguments: forms)
    func convolutional(form: String, options: [String]) throws {
        let uses = try exported(Workspace(samples: 60), options)
        let (convolution, dense) = (try #require(uses["conv2"]), try #require(uses["dense1"]))
        #expect((convolution.scheme, convolution.form, convolution.modules) == ("channels", form, ["Conv2d", "Conv2d"]))
        #expect((dense.form, dense.modules, dense.weight) == (form, ["Linear", "Linear"], "dense1.weight"))
        #expect(dense.tensors == ["dense1.first.weight", "dense1.second.weight"])
    }

    @Test("of convolutions as a column after a row, with other pads before than after", arguments: forms)
    func separated(form: String, options: [String]) throws {
        let workspace = try Workspace(separable(noise: 0.2), labelledBy: separable(noise: 0), samples: 60)
        let convolution = try #require(try exported(workspace, options)["conv"])
        #expect((convolution.scheme, convolution.form) == ("spatial", form))
        #expect(convolution.modules == ["Conv2d", "ZeroPad2d", "Conv2d"])
    }

    @Test("by Tucker's scheme, with other pads before than after")
    func narrowed() throws {
        let workspace = try Workspace(Networks.narrow(), labelledBy: Networks.narrow(noise: 0), samples: 60)
        let uses = try exported(workspace, ["--keep-params", "0.15"])
        let convolution = try #require(uses["conv"])
        #expect((convolution.scheme, convolution.form) == ("tucker", "pivoted"))
        #expect(convolution.modules == ["Conv2d", "ZeroPad2d", "Conv2d", "Conv2d"])
        #expect(convolution.tensors == ["conv.inputs.weight", "conv.first.weight", "conv.second.weight"])
    }

    @Test("of grouped convolutions", arguments: [["--force-rank", "conv=3"], ["--keep-params", "0.5"]])
    func grouped(options: [String]) throws {
        let uses = try exported(Workspace(Networks.grouped(), labelledBy: Networks.grouped(noise: 0), samples: 60), options)
        #expect(try #require(uses["conv"]).modules == ["Conv2d", "Conv2d"])
    }

    @Test(
        "of products whose bias is added by a node of its own, also behind Constant nodes, in other types and old operator sets",
        arguments: [["--force-rank", "*=3"], ["--keep-params", "0.5"], ["--force-rank", "*=3", "--factor-type", "float16"]])
    func added(options: [String]) throws {
        for (inConstants, type, operatorSet) in [
            (false, ElementType.float32, 13), (true, .float32, 13), (false, .float64, 13), (false, .float32, 8),
        ] {
            let networks = try [0.5, 0].map {
                try Networks.perceptron(noise: $0, weightsInConstants: inConstants, operatorSet: operatorSet, elementType: type)
            }
            let uses = try exported(Workspace(networks[0], labelledBy: networks[1], samples: 60), options)
            let product = try #require(uses["product1"])
            #expect((product.modules, product.weight) == (["Linear", "Linear"], "weight1"))
        }
    }

    @Test(
        "whichever side the weight stands on, and however it is scaled", arguments: [["--force-rank", "*=4"], ["--keep-params", "0.5"]])
    func sides(options: [String]) throws {
        let uses = try exported(Workspace(products(noise: 0.5), labelledBy: products(noise: 0), samples: 60), options)
        #expect(uses.keys.sorted().starts(with: ["left", "right"]))
        // The scaled one.
        if options[0] == "--force-rank" { #expect(uses["scores"] != nil) }
        #expect(uses.values.allSatisfy { $0.modules == ["Linear", "Linear"] })
    }

    @Test("of a table that is the output layer too, whose uses share their tensors", arguments: ["vectors=9", "*=9"])
    func tied(rank: String) throws {
        let folder = try SequenceTests().workspace(samples: 60)
        let outcome = try Command.run(
            [
                "compress", "model.onnx", "--calibration", "data.npz", "--mode", "lossless", "--force-rank", rank, "--quiet", "-o",
                "small.onnx",
            ],
            in: folder.path)
        try #require(outcome.exitCode == 0, "\(outcome.errors)")
        let uses = try ExportedUse.exported(in: folder)
        for (name, use) in uses { #expect(use.difference < Self.rounding, "\(name): \(use)") }
        let (table, head) = (try #require(uses["vectors"]), try #require(uses["scores"]))
        #expect((table.modules, table.weight) == (["Embedding", "Linear"], "table"))
        #expect((head.modules, head.weight) == (["Linear", "Linear"], "table.transposed"))
        #expect(head.tensors == table.tensors.reversed())
    }

    @Test("of products that were made one, each with its part, and one first factor")
    func stacked() throws {
        let uses = try exported(StackingTests().workspace(), ["--keep-params", "0.5", "--stack", "always"])
        let (gate, up) = (try #require(uses["gate"]), try #require(uses["up"]))
        #expect((gate.weight, up.weight) == ("gate.weight", "up.weight"))
        #expect(gate.tensors[0] == up.tensors[0] && gate.tensors[1] != up.tensors[1])
    }

    @Test("and are described in text too, in a file beside the model")
    func text() throws {
        let workspace = try Workspace(samples: 40)
        _ = try workspace.compress("--mode", "lossless", "--force-rank", "dense1=3")
        let outcome = try Command.run(["export-factors", "small.onnx", "--original", "model.onnx"], in: workspace.folder.path)
        #expect(outcome.exitCode == 0 && outcome.errors == "")
        let row = outcome.output.split(separator: "\n").first { $0.hasPrefix("dense1 ") }
        #expect(row?.split(separator: " ").dropFirst().prefix(4) == ["dense1.weight", "Linear,", "Linear", "3"])
        #expect(outcome.output.hasSuffix("written: small_factors.safetensors\n"))
        #expect(try workspace.folder.contents()["small_factors.safetensors"] != nil)
    }
}

@Suite("Factors that cannot be exported")
struct ExportFactorsErrorTests {
    private func workspace() throws -> Workspace {
        let workspace = try Workspace(samples: 40)
        _ = try workspace.compress("--mode", "lossless", "--force-rank", "*=3")
        return workspace
    }

    private static let arguments = ["export-factors", "small.onnx", "--original", "model.onnx", "-o", "factors.safetensors"]

    @Test("name the file and what is wrong with it")
    func files() throws {
        let workspace = try workspace()
        try workspace.folder.write(Networks.perceptron().serialized(), to: "other.onnx")
        try workspace.folder.write(Networks.grouped().serialized(), to: "grouped.onnx")
        try workspace.folder.write(Data("no model".utf8), to: "broken.onnx")
        for (model, original, code, message) in [
            ("model.onnx", "model.onnx", 65, "'model.onnx' was not written by jointrank"),
            ("small.onnx", "other.onnx", 65, "'small.onnx' was not made from 'other.onnx': they have other inputs or outputs"),
            (
                "small.onnx", "grouped.onnx", 65,
                "'small.onnx' was not made from 'grouped.onnx': it has no layer 'conv1' that can be factored"
            ),
            ("small.onnx", "broken.onnx", 65, "'broken.onnx' is not a usable ONNX model"),
            ("small.onnx", "small.onnx", 65, "layer 'conv1'"),
            ("small.onnx", "missing.onnx", 66, "there is no file 'missing.onnx'"),
            ("missing.onnx", "model.onnx", 66, "there is no file 'missing.onnx'"),
        ] as [(String, String, Int32, String)] {
            let arguments = ["export-factors", model, "--original", original, "-o", "factors.safetensors"]
            try workspace.expectFailure(arguments, exitCode: code, message)
        }
        for output in ["small.onnx", "model.onnx", "./model.onnx", "nowhere/factors.safetensors"] {
            try workspace.expectFailure(Self.arguments.dropLast() + [output], exitCode: 73, "cannot write '\(output)'")
        }
        try workspace.expectFailure(["export-factors", "small.onnx"], exitCode: 64, "--original")
    }

    @Test("name what was changed since the model was written")
    func changes() throws {
        let workspace = try workspace()
        let written = try Model.load(from: workspace.folder.path("small.onnx"))
        let changes: [(String, (inout ModelProto) throws -> Void)] = [
            ("metadata 'jointrank.layers' cannot be read", { $0.metadataProps.set("jointrank.layers", to: "{") }),
            ("metadata 'jointrank.layers' cannot be read", { $0.metadataProps.set("jointrank.layers", to: #"{"conv1": {"rank": 2}}"#) }),
            ("has no factored layers", { $0.metadataProps.set("jointrank.layers", to: "{}") }),
            (
                "it has no layer 'lost' that can be factored",
                { $0.metadataProps.set("jointrank.layers", to: #"{"lost":{"form":"factors","rank":1,"scheme":"channels"}}"#) }
            ),
            (
                "the metadata's scheme and rank do not go with layer 'dense1'",
                { $0.metadataProps.set("jointrank.layers", to: #"{"dense1":{"form":"factors","rank":3,"scheme":"spatial"}}"#) }
            ),
            (
                "layer 'dense1' is not as jointrank wrote it",
                { $0.metadataProps.set("jointrank.layers", to: #"{"dense1":{"form":"factors","rank":2,"scheme":"channels"}}"#) }
            ),
            (
                "their tensors 'dense1.bias' are not the same",
                { proto in
                    let position = try #require(proto.graph.initializer.firstIndex { $0.name == "dense1.bias" })
                    proto.graph.initializer[position] = TensorProto(
                        name: "dense1.bias", try Tensor(shape: [32], [Float](repeating: 9, count: 32)))
                }
            ),
        ]
        for (message, change) in changes {
            var proto = written.proto
            try change(&proto)
            try workspace.folder.write(Model(proto: proto).serialized(), to: "small.onnx")
            try workspace.expectFailure(Self.arguments, exitCode: 65, message)
        }
    }
}
