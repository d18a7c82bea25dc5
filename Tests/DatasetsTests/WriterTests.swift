import Datasets
import Foundation
import Tensors
import Testing

@Suite("Written arrays")
struct WriterTests {
    private static let arrays: [(name: String, tensor: Tensor)] = ElementType.allCases.compactMap { type in
        let bytes = (0..<6 * type.byteCount).map { UInt8($0 % 2) }
        return (try? Tensor(elementType: type, shape: [2, 3], bytes: bytes)).map { ("a/\"\(type)\" ä", $0) }
    }

    @Test("What is written is read back and has the same bytes each time")
    func whatIsWrittenIsReadBackAndHasTheSameBytesEachTime() throws {
        let folder = try TemporaryFolder()
        let writers: [(String, ([(name: String, tensor: Tensor)], String) throws -> Void, [(name: String, tensor: Tensor)])] = [
            ("npz", { try ArrayFileWriter.writeNPZ($0, to: $1) }, WriterTests.arrays.filter { $0.tensor.elementType != .bfloat16 }),
            ("safetensors", { try ArrayFileWriter.writeSafetensors($0, to: $1) }, WriterTests.arrays),
        ]
        for (kind, write, arrays) in writers {
            try write(arrays, folder.file("a.\(kind)"))
            try write(arrays, folder.file("b.\(kind)"))
            #expect(try folder.read("a.\(kind)") == folder.read("b.\(kind)"))
            let file = try ArrayFile(path: folder.file("a.\(kind)"))
            #expect(file.arrayNames == arrays.map(\.name))
            for (name, tensor) in arrays { #expect(try file.array(named: name).tensor() == tensor) }
            try write([], folder.file("empty.\(kind)"))
            #expect(try ArrayFile(path: folder.file("empty.\(kind)")).arrayNames == [])
        }
        let bytes = try folder.read("a.safetensors")
        #expect(bytes[0] % 8 == 0, "the tensors are aligned")
        #expect(bytes[8...].starts(with: Array(#"{"a/\"float32\" ä":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"#.utf8)))
    }

    @Test("What cannot be written leaves no file")
    func whatCannotBeWrittenLeavesNoFile() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("a")
        let twice = [WriterTests.arrays[0], WriterTests.arrays[0]]
        #expect(throws: DatasetError.self) { try ArrayFileWriter.writeNPZ(twice, to: path) }
        #expect(throws: DatasetError.self) { try ArrayFileWriter.writeSafetensors(twice, to: path) }
        #expect(throws: DatasetError.unwritableFile(path, reason: "NumPy has no type for bfloat16")) {
            try ArrayFileWriter.writeNPZ(WriterTests.arrays, to: path)
        }
        #expect(throws: DatasetError.self) { try ArrayFileWriter.writeSafetensors([("__metadata__", Tensor([1] as [Float]))], to: path) }
        #expect(throws: DatasetError.self) { try ArrayFileWriter.writeNPZ([], to: folder.file("none/a")) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
    }
}
