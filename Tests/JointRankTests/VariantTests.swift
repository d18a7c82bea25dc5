import Foundation
import ONNXModel
import Reporting
import Tensors
import TestSupport
import Testing

@Suite("Kinds of models")
struct VariantTests {
    /// A model, its labeller, and the layers that can be factored in it.
    struct Variant: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let model: Model
        let teacher: Model
        let layers: [String]

        init(_ description: String, layers: [String], _ make: (_ noise: Double) throws -> Model) throws {
            testDescription = description
            self.layers = layers
            model = try make(0.5)
            teacher = try make(0)
        }
    }

    static let variants: [Variant] =
        (try? [
            Variant("matrix products with added biases", layers: ["product1", "product2", "product3"]) {
                try Networks.perceptron(noise: $0)
            },
            Variant("weights in Constant nodes", layers: ["product1", "product2", "product3"]) {
                try Networks.perceptron(noise: $0, weightsInConstants: true)
            },
            Variant("operator set 7", layers: ["product1", "product2", "product3"]) {
                try Networks.perceptron(noise: $0, operatorSet: 7)
            },
            Variant("operator set 8", layers: ["conv1", "conv2", "dense1", "dense2"]) {
                try Networks.convolutional(noise: $0, operatorSet: 8)
            },
            Variant("float64", layers: ["product1", "product2", "product3"]) {
                try Networks.perceptron(noise: $0, elementType: .float64)
            },
            Variant("scores that are stated to be one sample's", layers: ["product1", "product2", "product3"]) {
                var model = try Networks.perceptron(noise: $0)
                model.proto.graph.output[0] = value("scores", [1, Networks.classes])
                model.proto.graph.valueInfo = [value("hidden1", [1, 32])]
                return model
            },
            Variant("grouped convolution", layers: ["conv", "dense"]) { try Networks.grouped(noise: $0) },
            Variant("two inputs", layers: ["left.product", "right.product", "head"]) { try Networks.twoInputs(noise: $0) },
        ]) ?? []

    @Test("are compressed, and written in a form that others read", arguments: variants)
    func compressed(_ variant: Variant) throws {
        let workspace = try Workspace(variant.model, labelledBy: variant.teacher)
        let report = try workspace.report("--mode", "lossless", "--keep-params", "0.7")
        #expect(report.layers.map(\.name) == variant.layers)
        #expect(Double(report.parameters.after) <= 0.7 * Double(report.parameters.before))
        let written = try Model.load(from: workspace.folder.path("small.onnx"))
        #expect(try written.opsetVersion == variant.model.opsetVersion)
        #expect(written.proto.irVersion == variant.model.proto.irVersion)
        #expect(written.proto.graph.input == variant.model.proto.graph.input)
        #expect(written.proto.graph.output == variant.model.proto.graph.output)
    }

    @Test("at full rank compute the same", arguments: variants)
    func fullRank(_ variant: Variant) throws {
        let workspace = try Workspace(variant.model, labelledBy: variant.teacher, samples: 40)
        let report = try workspace.report("--force-rank", "*=full")
        #expect(report.layers.allSatisfy { $0.rank == $0.fullRank })
        #expect(try relativeDifference(workspace.folder.path("small.onnx"), workspace.folder.path("model.onnx")) < 1e-4)
    }

    @Test("There are variants at all")
    func variantCount() {
        #expect(VariantTests.variants.count == 8)
    }

    @Test("Probabilities lead to the same result as logits")
    func probabilities() throws {
        let reports = try [false, true].map { endsInSoftmax in
            try Workspace(Networks.convolutional(endsInSoftmax: endsInSoftmax), labelledBy: Networks.convolutional(noise: 0))
                .report("--mode", "lossless", "--keep-params", "0.7")
        }
        #expect(reports[0].layers.map(\.rank) == reports[1].layers.map(\.rank))
        let losses = try reports.map { try #require($0.holdout).loss }
        #expect(abs(losses[0].before - losses[1].before) < 1e-4)
        #expect(abs(losses[0].difference - losses[1].difference) < 1e-4)
    }

    @Test("A fixed batch leads to the same result as a free one", arguments: [1, 4])
    func fixedBatch(length: Int) throws {
        // Batches of 4 divide the 124 samples to fit, but neither the 62 to select nor the 62 to certify.
        let free = try Workspace(samples: 248).report("--mode", "lossless", "--keep-params", "0.7")
        let workspace = try Workspace(Networks.convolutional(batch: length), labelledBy: Networks.convolutional(noise: 0), samples: 248)
        let fixed = try workspace.report("--mode", "lossless", "--keep-params", "0.7")
        #expect(fixed.layers.map(\.rank) == free.layers.map(\.rank))
        let losses = try [free, fixed].map { try #require($0.holdout).loss }
        #expect(abs(losses[0].before - losses[1].before) < 1e-5)
        #expect(abs(losses[0].after - losses[1].after) < 1e-3)
        let macs = try [free, fixed].map { try #require($0.macs) }
        #expect(macs[1].before == length * macs[0].before)
    }

    @Test("An operator without a gradient leaves the layers below it dense, with the reason")
    func noGradient() throws {
        // Copies its input, in a form that no rule takes.
        let (name, attributes) = ("Einsum", [AttributeProto.string("equation", "...->...")])
        let workspace = try Workspace(
            Networks.perceptron(activation: name, attributes: attributes),
            labelledBy: Networks.perceptron(noise: 0, activation: name, attributes: attributes))
        let report = try workspace.report("--mode", "lossless", "--keep-params", "0.97")
        #expect(report.layers.map(\.form) == ["dense", "dense", "pivoted"])
        #expect(report.layers[0].reason.contains("Einsum"))
    }

    @Test("External data is read, and written beside the result")
    func externalData() throws {
        let workspace = try Workspace()
        let (model, data) = try Networks.convolutional().movingWeights(to: "weights.bin")
        try workspace.folder.write(model.serialized(), to: "model.onnx")
        try workspace.folder.write(data, to: "weights.bin")
        let before = try workspace.folder.contents()
        let report = try workspace.report("--force-rank", "conv2=4")
        #expect(report.parameters.before == 3510)

        var after = try workspace.folder.contents()
        #expect(after.removeValue(forKey: "small.onnx") != nil)
        #expect(after.removeValue(forKey: "small.onnx.data") != nil)
        #expect(after == before)
        let inline = try Workspace()
        let expected = try inline.report("--force-rank", "conv2=4")
        #expect(expected.holdout == report.holdout)
        #expect(try relativeDifference(workspace.folder.path("small.onnx"), inline.folder.path("small.onnx")) == 0)
    }
}
