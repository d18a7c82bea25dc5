import Foundation
import Testing

@testable import LinearAlgebra

@Suite("Singular value decomposition")
struct SingularValueDecompositionTests {
    @Test("Reconstruction and orthogonality", arguments: awkwardMatrices, Matrix.SVDDriver.allCases)
    func reconstructionAndOrthogonality(_ test: NamedMatrix, _ driver: Matrix.SVDDriver) throws {
        let a = test.matrix
        let svd = try a.thinSVD(name: test.name, driver: driver)
        let k = min(a.rows, a.columns)
        #expect(svd.u.rows == a.rows && svd.u.columns == k)
        #expect(svd.vTransposed.rows == k && svd.vTransposed.columns == a.columns)
        #expect(svd.singularValues.count == k)
        #expect(isDescending(svd.singularValues))
        #expect(svd.singularValues.allSatisfy { $0 >= 0 })

        let product = try svd.u.scalingColumns(by: svd.singularValues).multiplied(by: svd.vTransposed)
        // The smallest numbers have fewer digits, so next to them a rounding error is absolute.
        #expect(try product.distance(to: a) <= roundOff(a) * a.frobeniusNorm + 8 * Double(a.elements.count) * Double.leastNonzeroMagnitude)
        #expect(try svd.u.orthogonalityError() <= roundOff(a) * Double(max(k, 1)).squareRoot())
        #expect(try svd.vTransposed.transposed.orthogonalityError() <= roundOff(a) * Double(max(k, 1)).squareRoot())
    }

    @Test("The largest entry of each left vector is positive", arguments: awkwardMatrices)
    func theLargestEntryOfEachLeftVectorIsPositive(_ test: NamedMatrix) throws {
        let u = try test.matrix.thinSVD().u
        for index in 0..<u.columns {
            let column = u.column(index)
            let largest = column.reduce(0) { max($0, $1.magnitude) }
            #expect(column.first { $0.magnitude == largest } == largest)
        }
    }

    @Test("The same bytes again", arguments: awkwardMatrices)
    func theSameBytesAgain(_ test: NamedMatrix) throws {
        let first = try test.matrix.thinSVD()
        for _ in 0..<3 {
            let again = try test.matrix.thinSVD()
            #expect(again.u.elements.map(\.bitPattern) == first.u.elements.map(\.bitPattern))
            #expect(again.singularValues.map(\.bitPattern) == first.singularValues.map(\.bitPattern))
            #expect(again.vTransposed.elements.map(\.bitPattern) == first.vTransposed.elements.map(\.bitPattern))
        }
    }

    @Test("The same bytes side by side")
    func theSameBytesSideBySide() throws {
        let alone = try (0..<8).map { try random(60, 40, seed: UInt64($0)).thinSVD() }
        let together = try concurrentMap(count: 8, threads: 4) { index throws(LinearAlgebraError) in
            try random(60, 40, seed: UInt64(index)).thinSVD()
        }
        #expect(together == alone)
    }

    @Test("Known singular values")
    func knownSingularValues() throws {
        let diagonal = try Matrix(diagonal: [-3, 0.5, 4, 0, -1]).thinSVD()
        #expect(diagonal.singularValues == [4, 3, 1, 0.5, 0])
        // The golden ratio and its inverse.
        let golden = try Matrix(rows: 2, columns: 2, elements: [1, 1, 0, 1]).thinSVD().singularValues
        #expect(abs(golden[0] - (1 + 5.0.squareRoot()) / 2) <= 4 * Double.ulpOfOne)
        #expect(abs(golden[1] - (5.0.squareRoot() - 1) / 2) <= 4 * Double.ulpOfOne)
        // The extreme eigenvalues of Hilbert's matrix of order 5, which is symmetric and positive definite.
        let hilbertValues = try hilbert(5).thinSVD().singularValues
        #expect(abs(hilbertValues[0] - 1.567050691098231) <= 1e-14)
        #expect(abs(hilbertValues[4] - 3.287928772171e-6) <= 1e-15)
    }

    @Test("Prescribed singular values come back")
    func prescribedSingularValuesComeBack() throws {
        let values = (0..<20).map { pow(2, -Double($0)) }
        let (left, right) = (try random(50, 20).thinSVD().u, try random(20, 30).thinSVD().vTransposed)
        let svd = try left.scalingColumns(by: values).multiplied(by: right).thinSVD()
        for (actual, expected) in zip(svd.singularValues, values) { #expect(abs(actual - expected) <= 50 * Double.ulpOfOne) }
    }

    @Test("Square roots of the sum are the norm")
    func squareRootsOfTheSumAreTheNorm() throws {
        for test in awkwardMatrices where test.matrix.rows > 0 && test.matrix.columns > 0 {
            let values = try test.matrix.thinSVD().singularValues
            let norm = test.matrix.frobeniusNorm
            #expect(
                abs(Matrix(diagonal: values).frobeniusNorm - norm) <= roundOff(test.matrix) * norm + 100 * Double.leastNonzeroMagnitude,
                "\(test)")
        }
    }

    @Test("Elements that are not finite are named", arguments: [Double.nan, .infinity, -.infinity, .signalingNaN])
    func elementsThatAreNotFiniteAreNamed(_ culprit: Double) throws {
        var matrix = random(6, 4)
        matrix[3, 2] = culprit
        matrix[5, 0] = culprit
        let expected = LinearAlgebraError.notFinite(matrix: "layer1.weight", row: 3, column: 2)
        #expect(throws: expected) { try matrix.thinSVD(name: "layer1.weight") }
        #expect(throws: expected) { try matrix.pivotedQR(name: "layer1.weight") }
        var square = Matrix.identity(4)
        square[0, 3] = culprit
        #expect(throws: LinearAlgebraError.notFinite(matrix: "gram", row: 0, column: 3)) { try square.symmetricEigen(name: "gram") }
    }

    @Test("Work space that LAPACK cannot count")
    func workSpaceThatLAPACKCannotCount() throws {
        let lapack = try LAPACK(random(2, 2), name: "w")
        try lapack.checkWork(Double(Int32.max))
        #expect(throws: LinearAlgebraError.tooLarge(matrix: "w", random(2, 2).shape)) { try lapack.checkWork(Double(Int32.max) + 1) }
        #expect(throws: LinearAlgebraError.self) { try lapack.size(Int(Int32.max) + 1) }
        #expect(throws: LinearAlgebraError.notConverged(matrix: "w", routine: "dgesdd", info: 3)) { try lapack.check(3, routine: "dgesdd") }
        #expect(throws: LinearAlgebraError.invalidArgument(matrix: "w", routine: "dgesdd", number: 8)) {
            try lapack.check(-8, routine: "dgesdd")
        }
    }
}
