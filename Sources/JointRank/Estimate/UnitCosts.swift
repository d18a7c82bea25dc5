internal import Calibration
internal import Foundation
internal import LinearAlgebra
internal import OnnxRuntimeEngine

/// What the parts of long work take on this machine, measured in small.
struct UnitCosts {
    /// Samples that were run, and the seconds that they took.
    let samples: Int
    let seconds: Double
    /// To open the model in the runtime.
    let session: Double
    /// An eigendecomposition of order n takes n³ of these.
    let cube: Double

    /// Samples to run at most: enough to fill a batch.
    private static let mostSamples = 64
    /// Of the decomposition that is timed: large enough that its time grows with the cube.
    private static let order = 256

    static func measuring(_ model: LoadedModel, on samples: SampleSource, options: CompressionOptions) throws -> UnitCosts {
        let used = try samples.subset(Array(0..<min(samples.count, UnitCosts.mostSamples)))
        let evaluator = try model.evaluator(of: used, options.data)
        let clock = ContinuousClock()
        let start = clock.now
        let opened = try Session(
            of: model.runnable, options: SessionOptions(intraOpThreads: evaluator.schedule.threadsPerBatch, provider: model.provider))
        let session = start.duration(to: clock.now).seconds
        // A first time, to lay out the runtime's memory.
        _ = try opened.run(used.inputs([0]), outputs: [evaluator.output.name])
        let seconds = try clock.measure { _ = try evaluator.evaluate(opened) }.seconds
        let matrix = UnitCosts.symmetric(order: UnitCosts.order)
        _ = try matrix.symmetricEigen()
        let cube = try clock.measure { _ = try matrix.symmetricEigen() }.seconds / pow(Double(UnitCosts.order), 3)
        return UnitCosts(samples: used.count, seconds: seconds, session: session, cube: cube)
    }

    var perSample: Double { seconds / Double(max(samples, 1)) }

    /// Any matrix without structure that a decomposition could gain from.
    private static func symmetric(order: Int) -> Matrix {
        var matrix = Matrix.zeros(rows: order, columns: order)
        for row in 0..<order {
            for column in 0...row {
                let value = Double((row * 131 + column * 71) % 257) / 257
                (matrix[row, column], matrix[column, row]) = (value, value)
            }
        }
        return matrix
    }
}
