import Datasets
import Foundation
import Tensors
import Testing

/// Arrays that NumPy writes are read with NumPy's values, and the other way round.
@Suite("Arrays of NumPy", .needsPython)
struct NumPyTests {
    private static let writer = """
        import sys, numpy as np, os
        folder, generator = sys.argv[1], np.random.default_rng(5)
        types = "?,u1,i1,u2,i2,u4,i4,u8,i8,f2,f4,f8".split(",")
        shapes = [(), (1,), (7,), (0,), (3, 0, 2), (5, 3), (4, 1, 3), (4, 3, 2, 5)]
        arrays = {}
        for type in types:
            for index, shape in enumerate(shapes):
                count = int(np.prod(shape)) * np.dtype(type).itemsize
                raw = generator.integers(0, 2 if type == "?" else 256, count, dtype=np.uint8).tobytes()
                arrays[f"{type.replace('?', 'b1')}-{index}"] = np.frombuffer(raw, type).reshape(shape)
        np.savez(folder + "/stored.npz", **arrays)
        np.savez_compressed(folder + "/deflated.npz", **arrays)
        fortran = {name: np.asarray(array, order="F") for name, array in arrays.items()}
        np.savez(folder + "/fortran.npz", **fortran)
        np.savez_compressed(folder + "/fortran-deflated.npz", **fortran)
        for version in (1, 2, 3):
            os.mkdir(f"{folder}/{version}")
            for name, array in arrays.items():
                with open(f"{folder}/{version}/{name}.npy", "wb") as file:
                    np.lib.format.write_array(file, array, version=(version, 0))
        for name, array in arrays.items():
            with open(f"{folder}/{name}.raw", "wb") as file:
                file.write(array.tobytes())
            print(name, ",".join(map(str, array.shape)))
        """

    private static let types: [String: ElementType] = [
        "b1": .bool, "u1": .uint8, "i1": .int8, "u2": .uint16, "i2": .int16, "u4": .uint32, "i4": .int32, "u8": .uint64, "i8": .int64,
        "f2": .float16, "f4": .float32, "f8": .float64,
    ]

    @Test("Arrays of every type, shape, order and packing are read")
    func arraysOfEveryTypeShapeOrderAndPackingAreRead() throws {
        let folder = try TemporaryFolder()
        let listing = try Environment.runPython(NumPyTests.writer, folder.path).split(separator: "\n").map { $0.split(separator: " ") }
        #expect(listing.count == 96)
        let archives = try ["stored", "deflated", "fortran", "fortran-deflated"].map { try ArrayFile(path: folder.file("\($0).npz")) }
        for line in listing {
            let name = String(line[0])
            let shape = line.count > 1 ? line[1].split(separator: ",").compactMap { Int($0) } : []
            let type = try #require(NumPyTests.types[String(name.prefix(2))])
            let expected = try Tensor(elementType: type, shape: shape, bytes: folder.read("\(name).raw"))
            let files = try archives + (1...3).map { try ArrayFile(path: folder.file("\($0)/\(name).npy")) }
            for file in files {
                #expect(try file.array(named: name).tensor() == expected, "\(name) of \(file.path)")
            }
        }
        #expect(archives[0].arrayNames == listing.map { String($0[0]) })
    }

    @Test("A Fortran-order array over several blocks is transposed")
    func aFortranOrderArrayOverSeveralBlocksIsTransposed() throws {
        let folder = try TemporaryFolder()
        let script = """
            import sys, numpy as np
            array = np.random.default_rng(1).integers(0, 2**31, (1001, 3, 70, 41), dtype=np.int32)
            np.save(sys.argv[1] + "/a.npy", np.asfortranarray(array))
            array[990:].tofile(sys.argv[1] + "/tail.raw")
            """
        _ = try Environment.runPython(script, folder.path)
        let array = try ArrayFile(path: folder.file("a.npy")).array(named: "a")
        #expect(try array.rows(990..<1001).bytes == folder.read("tail.raw"))
    }

    @Test("Archives written to a pipe and with ZIP64 are read")
    func archivesWrittenToAPipeAndWithZIP64AreRead() throws {
        let folder = try TemporaryFolder()
        let script = """
            import sys, io, numpy as np, zipfile
            class Pipe(io.RawIOBase):
                def __init__(self, path): self.file = open(path, "wb")
                def writable(self): return True
                def write(self, data): return self.file.write(data)
                def close(self): self.file.close()
            for name, save in (("stored", np.savez), ("deflated", np.savez_compressed)):
                with Pipe(f"{sys.argv[1]}/{name}.npz") as pipe:
                    with zipfile.ZipFile(pipe, "w", 8 if name == "deflated" else 0) as archive:
                        for key, value in (("a", np.arange(1000)), ("b", np.ones((2, 3), "f4"))):
                            with archive.open(key + ".npy", "w", force_zip64=True) as member:
                                np.lib.format.write_array(member, value)
            """
        _ = try Environment.runPython(script, folder.path)
        for name in ["stored", "deflated"] {
            let file = try ArrayFile(path: folder.file("\(name).npz"))
            #expect(try file.array(named: "a").tensor().elements() == (0..<1000).map { Int64($0) })
            #expect(try file.array(named: "b").tensor() == Tensor(shape: [2, 3], [Float](repeating: 1, count: 6)))
        }
    }

    @Test("Written archives are those of NumPy")
    func writtenArchivesAreThoseOfNumPy() throws {
        let folder = try TemporaryFolder()
        let arrays: [(name: String, tensor: Tensor)] = try [
            ("input", Tensor(shape: [2, 3], [1, -2, 3.5, 4, 5, .infinity] as [Float])), ("labels", Tensor([1, 2, -100] as [Int64])),
            ("größe", Tensor(scalar: 3 as Int16)), ("empty", Tensor(shape: [3, 0], [] as [Bool])),
            ("wide", Tensor(shape: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2], [7, 8] as [UInt8])),
        ]
        try ArrayFileWriter.writeNPZ(arrays, to: folder.file("a.npz"))
        let script = """
            import sys, io, numpy as np, zipfile
            expected = {"input": np.array([[1, -2, 3.5], [4, 5, np.inf]], "f4"), "labels": np.array([1, 2, -100]),
                        "größe": np.int16(3), "empty": np.zeros((3, 0), bool), "wide": np.array([7, 8], "u1").reshape((1,) * 19 + (2,))}
            assert zipfile.ZipFile(sys.argv[1]).testzip() is None
            loaded = np.load(sys.argv[1])
            assert loaded.files == list(expected), loaded.files
            for name, array in expected.items():
                assert loaded[name].dtype == array.dtype and np.array_equal(loaded[name], array), name
                buffer = io.BytesIO()
                np.save(buffer, array)
                assert zipfile.ZipFile(sys.argv[1]).read(name + ".npy") == buffer.getvalue(), name
            print("same")
            """
        #expect(try Environment.runPython(script, folder.file("a.npz")) == "same\n")
    }

    @Test("An array of a gigabyte is unpacked in little memory")
    func anArrayOfAGigabyteIsUnpackedInLittleMemory() throws {
        let folder = try TemporaryFolder()
        let script = """
            import sys, io, numpy as np, zipfile
            with zipfile.ZipFile(sys.argv[1], "w", 8, compresslevel=1) as archive, archive.open("zeros.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array_header_1_0(member, dict(descr="|u1", fortran_order=False, shape=(1024, 1 << 20)))
                for _ in range(1024): member.write(bytes(1 << 20))
            """
        _ = try Environment.runPython(script, folder.file("zeros.npz"))
        let before = try peakKilobytes()
        let array = try ArrayFile(path: folder.file("zeros.npz")).array(named: "zeros")
        #expect(array.shape == [1024, 1 << 20])
        #expect(try array.rows(at: [0, 1023]).bytes.allSatisfy { $0 == 0 })
        #expect(try peakKilobytes() - before < 128 << 10)
    }

    /// The most memory that this process has held so far.
    private func peakKilobytes() throws -> Int {
        var usage = rusage()
        #if canImport(Glibc)
            try #require(getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0)
            return usage.ru_maxrss
        #else
            try #require(getrusage(RUSAGE_SELF, &usage) == 0)
            return usage.ru_maxrss >> 10
        #endif
    }
}
