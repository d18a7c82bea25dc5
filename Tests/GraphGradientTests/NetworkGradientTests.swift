import Foundation
import GraphGradient
import ONNXModel
import OnnxRuntimeEngine
import SwiftProtobuf
import Tensors
import Testing

/// Whole networks: along the gradient of a layer's weights, the loss rises by the gradient's norm.
@Suite(
    "Gradients of whole networks", .enabled(if: !NetworkFiles.models.isEmpty, "needs the folder of networks that JOINTRANK_MODELS names"))
struct NetworkGradientTests {
    @Test("Slopes along gradients", arguments: NetworkFiles.models)
    func slopesAlongGradients(path: String) throws {
        let network = try ObservedNetwork(path: path)
        let model = try network.gradientModel(targets: network.weights.map(\.name))
        let outputShape = try #require(try Session(model: network.model.proto.serializedData()).run(network.feeds)[network.output]).shape
        let count = outputShape.reduce(1, *)
        let cotangent = try Tensor(shape: outputShape, (0..<count).map { cos(Float($0) * 1.3) })
        let gradients = try Session(model: model.serializedData()).run(network.feeds.merging(["cotangent": cotangent]) { $1 })

        let forward = try Session(model: network.adjustable.serializedData())
        func loss(_ name: String, _ weights: [Float], _ shape: [Int]) throws -> Double {
            let results = try forward.run(network.feeds.merging([name: Tensor(shape: shape, weights)]) { $1 }, outputs: [network.output])
            let values: [Float] = results[network.output]?.elements() ?? []
            return zip(values, cotangent.elements() ?? [Float]()).reduce(0) { $0 + Double($1.0) * Double($1.1) }
        }
        for (name, tensor) in network.weights {
            let gradient: [Float] = try #require(gradients["gradient/\(name)"]?.elements())
            let weights: [Float] = try #require(tensor.elements())
            #expect(gradient.count == weights.count, "\(name)")
            let slope = norm(gradient)
            // Large steps bend, small ones drown in rounding: one in between is right.
            var measured: [Double] = []
            for relativeStep in [1e-3, 3e-4, 1e-4, 3e-5, 1e-5] where !measured.contains(where: { isNear($0, slope) }) {
                let step = relativeStep * norm(weights)
                let sides = try [step, -step].map { step in
                    try loss(name, zip(weights, gradient).map { Float(Double($0) + step * Double($1) / slope) }, tensor.shape)
                }
                measured.append((sides[0] - sides[1]) / (2 * step))
            }
            #expect(measured.contains { isNear($0, slope) }, "\(name): measured \(measured), not \(slope)")
        }
        #expect(!network.weights.isEmpty)
    }

    private func isNear(_ measured: Double, _ slope: Double) -> Bool {
        abs(measured - slope) <= 0.01 * slope
    }

    private func norm(_ values: [Float]) -> Double {
        values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    }
}
