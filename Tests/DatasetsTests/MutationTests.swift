import Datasets
import Foundation
import Tensors
import Testing

/// Sound files that are cut off anywhere, or in which bytes are changed at random.
@Suite("Files cut off or altered")
struct MutationTests {
    private static let arrays: [(name: String, tensor: Tensor)] = [
        ("input", Tensor((0..<48).map { UInt8($0 * 5) })), ("labels", Tensor([1, -2, 3] as [Int32])),
    ]

    /// Made by `numpy.savez_compressed`: bytes `[100, 3]` and labels.
    private static let deflated = """
        UEsDBC0AAAAIAAAAIQDzhRLl//////////8JABQAaW5wdXQubnB5AQAQAKwBAAAAAAAAUwAAAAAAAACb7BfqGxDJyFDGUK2eklqcXKRupaBeU2qorqOgnpZf\
        VFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RqGBgY6CsaaOgq1CmQCLgZGJmYWVrZRiggKAFBLAwQtAAAACAAAACEAwxpr0v//////////CgAUAGxhYmVscy5u\
        cHkBABAAEAIAAAAAAABlAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG6TaaKuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GoYGBjqaOgq1CmQD\
        LgYgYARiJiBmBmIWIGYFYjYgZgdiDiDmZICAUXW0VwcAUEsBAi0DLQAAAAgAAAAhAPOFEuVTAAAArAEAAAkAAAAAAAAAAAAAAIABAAAAAGlucHV0Lm5weVBL\
        AQItAy0AAAAIAAAAIQDDGmvSZQAAABACAAAKAAAAAAAAAAAAAACAAY4AAABsYWJlbHMubnB5UEsFBgAAAAACAAIAbwAAAC8BAAAAAA==
        """

    /// The name of a file and its bytes, one of each kind; the arrays of the last two carry checksums.
    private static func files() throws -> [(name: String, bytes: [UInt8])] {
        let folder = try TemporaryFolder()
        try ArrayFileWriter.writeSafetensors(arrays, to: folder.file("a.safetensors"))
        try ArrayFileWriter.writeNPZ(arrays, to: folder.file("stored.npz"))
        let deflated = try #require(Data(base64Encoded: MutationTests.deflated))
        return try [
            ("a.npy", npy(bytes: [1, 2, 3])), ("a.safetensors", folder.read("a.safetensors")), ("stored.npz", folder.read("stored.npz")),
            ("deflated.npz", [UInt8](deflated)),
        ]
    }

    private func read(_ bytes: [UInt8], as path: String) throws -> Result<[String: Tensor], DatasetError> {
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return Result { () throws(DatasetError) in
            let file = try ArrayFile(path: path)
            var tensors: [String: Tensor] = [:]
            for name in file.arrayNames { tensors[name] = try file.array(named: name).tensor() }
            // Whatever can be opened as a data set must come to an end, too.
            if let data = try? Dataset(path: path) { _ = try data.split(counts: [1], seed: 0)[0].batch([0]) }
            return tensors
        }
    }

    @Test("Every prefix is an error")
    func everyPrefixIsAnError() throws {
        let folder = try TemporaryFolder()
        for file in try MutationTests.files() {
            #expect(throws: Never.self) { try read(file.bytes, as: folder.file(file.name)).get() }
            for count in file.bytes.indices {
                #expect(throws: DatasetError.self, "\(count) bytes of \(file.name)") {
                    try read(Array(file.bytes.prefix(count)), as: folder.file(file.name)).get()
                }
            }
        }
    }

    @Test("Changed bytes are an error or harmless")
    func changedBytesAreAnErrorOrHarmless() throws {
        let folder = try TemporaryFolder()
        var generator = SplitMix64(seed: 20)
        var errors = 0
        for file in try MutationTests.files() {
            let sound = try read(file.bytes, as: folder.file(file.name)).get()
            for round in 0..<2500 {
                var bytes = file.bytes
                for _ in 0...Int.random(in: 0...3, using: &generator) {
                    bytes[Int.random(in: bytes.indices, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
                }
                switch try read(bytes, as: folder.file(file.name)) {
                case .failure(let error):
                    errors += 1
                    #expect(!error.description.contains("\n"))
                case .success(let tensors) where file.name.hasSuffix(".npz"):
                    #expect(tensors == sound, "round \(round) of \(file.name) changes an array unnoticed")
                case .success: break
                }
            }
        }
        #expect(errors > 5000)
    }
}
