internal import CLAPACK

/// What all calls of LAPACK have in common: sizes, work space, and the meaning of `info`.
///
/// LAPACK reads matrices column by column. A row-major matrix is handed over as it is and so becomes its own transpose, or is
/// transposed first, whichever suits the routine.
struct LAPACK: ~Copyable {
    /// Held while the routines run.
    private let buffer: BLASBuffer
    /// The matrix, as messages call it.
    let name: String
    let shape: LinearAlgebraError.Shape

    static let columnMajor = Int32(JointRankColumnMajor)

    /// - Throws: ``LinearAlgebraError/notFinite(matrix:row:column:)`` and ``LinearAlgebraError/outOfMemory(bytes:)``.
    init(_ matrix: Matrix, name: String) throws(LinearAlgebraError) {
        try matrix.checkFinite(name: name)
        buffer = try BLASBuffer()
        self.name = name
        shape = matrix.shape
    }

    /// - Throws: ``LinearAlgebraError/tooLarge(matrix:_:)``.
    func size(_ value: Int) throws(LinearAlgebraError) -> Int32 {
        guard let size = Int32(exactly: value) else { throw .tooLarge(matrix: name, shape) }
        return size
    }

    /// Refuses matrices whose work space LAPACK, which counts it in 32 bits, would count wrongly.
    ///
    /// - Parameter bound: a bound of that count.
    /// - Throws: ``LinearAlgebraError/tooLarge(matrix:_:)``.
    func checkWork(_ bound: Double) throws(LinearAlgebraError) {
        guard bound <= Double(Int32.max) else { throw .tooLarge(matrix: name, shape) }
    }

    /// Calls `routine` twice: with the length -1, for the length it would like, and with a work space of that length.
    ///
    /// - Parameters:
    ///   - minimum: the least length that the routine's documentation asks for.
    ///   - routine: takes work space and its length, and returns `info`.
    func withWork(
        minimum: Int = 1, routine name: String, _ routine: (UnsafeMutablePointer<Double>, Int32) -> Int32
    ) throws(LinearAlgebraError) {
        var wanted = 0.0
        try check(routine(&wanted, -1), routine: name)
        guard let length = Int(exactly: wanted.rounded(.up)) else { throw .tooLarge(matrix: self.name, shape) }
        let count = max(minimum, length)
        var work = [Double](repeating: 0, count: count)
        try check(routine(&work, size(count)), routine: name)
    }

    /// - Throws: ``LinearAlgebraError/notConverged(matrix:routine:info:)`` or
    ///   ``LinearAlgebraError/invalidArgument(matrix:routine:number:)``.
    func check(_ info: Int32, routine: String) throws(LinearAlgebraError) {
        if info > 0 { throw .notConverged(matrix: name, routine: routine, info: Int(info)) }
        if info < 0 { throw .invalidArgument(matrix: name, routine: routine, number: Int(-info)) }
    }
}

extension Matrix {
    /// - Throws: ``LinearAlgebraError/notFinite(matrix:row:column:)``.
    package func checkFinite(name: String) throws(LinearAlgebraError) {
        if let index = elements.firstIndex(where: { !$0.isFinite }) {
            throw .notFinite(matrix: name, row: index / columns, column: index % columns)
        }
    }
}

extension CChar {
    /// One of LAPACK's one-letter arguments.
    static func letter(_ letter: Unicode.Scalar) -> CChar { CChar(truncatingIfNeeded: letter.value) }
}
