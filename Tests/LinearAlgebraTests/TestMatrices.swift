import Foundation
import LinearAlgebra

/// A matrix with the name that a failing test shows.
struct NamedMatrix: CustomStringConvertible, Sendable {
    let name: String
    let matrix: Matrix

    init(_ name: String, _ matrix: Matrix) {
        self.name = name
        self.matrix = matrix
    }

    init(_ name: String, _ rows: Int, _ columns: Int, _ element: (Int, Int) -> Double) {
        var elements: [Double] = []
        for row in 0..<rows {
            for column in 0..<columns { elements.append(element(row, column)) }
        }
        var matrix = Matrix(diagonal: [])
        do { matrix = try Matrix(rows: rows, columns: columns, elements: elements) } catch { assertionFailure("\(error)") }
        self.init(name, matrix)
    }

    var description: String { "\(name) \(matrix.shape)" }
}

/// The same numbers in every run (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }
}

func random(_ rows: Int, _ columns: Int, scale: Double = 1, seed: UInt64 = 1) -> Matrix {
    var generator = SeededGenerator(state: seed &+ UInt64(rows * 1000 + columns))
    return NamedMatrix("random", rows, columns) { _, _ in scale * Double.random(in: -1...1, using: &generator) }.matrix
}

func hilbert(_ order: Int) -> Matrix {
    NamedMatrix("Hilbert", order, order) { 1 / Double($0 + $1 + 1) }.matrix
}

/// Kahan's matrix, on which pivoted QR sees less rank deficiency than there is.
func kahan(_ order: Int) -> Matrix {
    let (sine, cosine) = (sin(1.2), cos(1.2))
    return NamedMatrix("Kahan", order, order) { row, column in
        pow(sine, Double(row)) * (row == column ? 1 : row < column ? -cosine : 0)
    }.matrix
}

/// Shapes and contents that decompositions have failed on, here or elsewhere.
let awkwardMatrices: [NamedMatrix] = {
    var matrices = [
        (0, 0), (0, 5), (5, 0), (1, 1), (1, 7), (7, 1), (2, 2), (40, 3), (3, 40), (33, 33), (130, 70), (70, 130), (200, 2),
    ].map { NamedMatrix("random", random($0, $1)) }
    for (rows, columns) in [(1, 1), (1, 4), (4, 1), (6, 4), (4, 6)] {
        matrices.append(NamedMatrix("zeros", rows, columns) { _, _ in 0 })
        matrices.append(NamedMatrix("ones", rows, columns) { _, _ in 1 })
    }
    for scale in [Double.leastNormalMagnitude / 64, 1e-200, 1e-100, 1e100, 1e200] {
        matrices.append(NamedMatrix("scaled by \(scale)", random(20, 12, scale: scale)))
        matrices.append(NamedMatrix("scaled by \(scale)", random(12, 20, scale: scale)))
    }
    return matrices + [
        NamedMatrix("negative", 1, 1) { _, _ in -3 },
        NamedMatrix("identity", Matrix.identity(9)),
        NamedMatrix("repeated values", Matrix(diagonal: [2, -2, 2, 1, -1, 1, 0, 0])),
        NamedMatrix("rank 1", 15, 10) { Double($0 + 1) * Double($1 - 3) },
        NamedMatrix("equal columns", 12, 8) { row, _ in Double(row) },
        NamedMatrix("Hilbert", hilbert(12)),
        NamedMatrix("Kahan", kahan(30)),
        NamedMatrix("graded", 16, 16) { pow(10, -Double($0 + $1)) * cos(Double($0 * $1 + 1)) },
        NamedMatrix("graded upwards", 16, 10) { pow(10, Double($0 + $1)) * cos(Double($0 * $1 + 1)) },
        NamedMatrix("one entry", 9, 7) { $0 == 5 && $1 == 6 ? 1 : 0 },
        NamedMatrix("Wilkinson", 21, 21) { $0 == $1 ? abs(Double($0) - 10) : abs($0 - $1) == 1 ? 1 : 0 },
    ]
}()

/// The bound that backward stable algorithms keep: a small multiple of the longer side times the unit round-off.
func roundOff(_ matrix: Matrix) -> Double {
    8 * Double(max(matrix.rows, matrix.columns, 1)) * Double.ulpOfOne
}

extension Matrix {
    /// The Frobenius norm of the difference.
    func distance(to other: Matrix) throws -> Double {
        try adding(other, times: -1).frobeniusNorm
    }

    /// How far the columns are from being orthonormal.
    func orthogonalityError() throws -> Double {
        try multiplied(by: self, transposingSelf: true).distance(to: .identity(columns))
    }
}

func isDescending(_ values: [Double]) -> Bool {
    zip(values, values.dropFirst()).allSatisfy { $0 >= $1 }
}
