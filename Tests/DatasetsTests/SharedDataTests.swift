import Datasets
import Foundation
import Tensors
import Testing

/// The real data sets, against NumPy.
@Suite("Real data sets", .needsPython, .needsModels)
struct SharedDataTests {
    @Test("Sums are those of NumPy")
    func sumsAreThoseOfNumPy() throws {
        let script = """
            import sys, glob, numpy as np
            for path in sorted(glob.glob(sys.argv[1] + "/*/*.npz")):
                data = np.load(path)
                for name in data.files:
                    print(path, name, data[name].astype(np.int64).sum(), *data[name].shape)
            """
        let lines = try Environment.runPython(script, Environment.models).split(separator: "\n")
        #expect(lines.count > 20)
        for line in lines {
            let words = line.split(separator: " ").map(String.init)
            let array = try ArrayFile(path: words[0]).array(named: words[1])
            #expect(array.shape == words[3...].compactMap { Int($0) }, "\(line)")
            var sum = 0
            for indices in try Dataset(arrays: [array]).batches(of: 1 << 16) {
                let tensor = try array.rows(at: indices)
                if tensor.elementType == .uint8 {
                    sum += tensor.bytes.withUnsafeBytes { bytes in bytes.reduce(0) { $0 + Int($1) } }
                } else {
                    sum += Int(try convert(tensor, of: words[1], to: .int64).elements(as: Int64.self)?.reduce(0, +) ?? 0)
                }
            }
            #expect(String(sum) == words[2], "\(line)")
        }
    }
}
