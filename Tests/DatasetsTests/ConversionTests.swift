import Datasets
import Foundation
import Tensors
import Testing

@Suite("Conversions")
struct ConversionTests {
    /// The arithmetic of the data's own reference implementation, in NumPy.
    private static let prepare = """
        import sys, numpy as np
        folder, scale, mean, std, shape = sys.argv[1:]
        shape = [int(length) for length in shape.split(",")]
        array = np.random.default_rng(3).integers(0, 256, shape, dtype=np.uint8)
        channels = (1, -1) + (1,) * (array.ndim - 2)
        mean, std = (np.array([float(v) for v in text.split(",")], np.float32).reshape(channels) for text in (mean, std))
        result = ((array.astype(np.float32) * np.float32(float(scale)) - mean) / std).astype(np.float32)
        np.savez(folder + "/a.npz", bytes=array, words=array.astype(np.uint16), expected=result)
        """

    @Test(
        "Bytes become the same floats as in NumPy",
        .needsPython,
        arguments: [
            (0.00392156862745098, [0.286], [0.353], [40, 1, 5, 5]),
            (0.00392156862745098, [0.485, 0.456, 0.406], [0.229, 0.224, 0.225], [30, 3, 7, 5]),
            (0.0078125, [0.9921875], [1], [2, 3, 4, 4]),
            (1.0 / 3, [0.1], [0.7, 0.3], [5, 2]), (0.017, [1.1, 2.2, 3.3, 4.4], [0.9], [3, 4, 2, 2, 2]),
        ])
    func bytesBecomeTheSameFloatsAsInNumPy(scale: Double, mean: [Double], std: [Double], shape: [Int]) throws {
        func list(_ values: [some Any]) -> String { values.map { "\($0)" }.joined(separator: ",") }
        let folder = try TemporaryFolder()
        _ = try Environment.runPython(ConversionTests.prepare, folder.path, "\(scale)", list(mean), list(std), list(shape))
        let data = try Dataset(path: folder.file("a.npz"))
        let transform = try InputTransform(scale: scale, mean: mean, std: std)
        let all = Array(0..<data.sampleCount)
        let inputs = try data.inputs(all, as: ["bytes": .float32, "words": .float32, "expected": .float32], transform: transform)
        #expect(inputs["expected"]?.shape == shape)
        #expect(inputs["bytes"] == inputs["expected"])
        #expect(inputs["words"] == inputs["expected"])
    }

    @Test("Channels must be those of axis 1")
    func channelsMustBeThoseOfAxisOne() throws {
        let transform = try InputTransform(mean: [1, 2, 3], std: [1, 1, 1])
        for (shape, found) in [([2, 1, 2], "1 long"), ([4], "not there")] {
            let tensor = try Tensor(shape: shape, [1, 2, 3, 4] as [UInt8])
            #expect(throws: DatasetError.badArray("x", file: nil, reason: "there are values for 3 channels but axis 1 is \(found)")) {
                try convert(tensor, of: "x", to: .float32, transform: transform)
            }
        }
        let tensor = try Tensor(shape: [1, 3], [10, 20, 30] as [UInt8])
        #expect(try convert(tensor, of: "x", to: .float32, transform: transform).elements() == [9, 18, 27] as [Float])
    }

    @Test("Impossible transforms are refused")
    func impossibleTransformsAreRefused() throws {
        #expect(throws: DatasetError.badSetting("standard deviation 0.0 is not a positive, finite float32 number")) {
            try InputTransform(std: [1, 0])
        }
        #expect(throws: DatasetError.badSetting("standard deviation 1e-60 is not a positive, finite float32 number")) {
            try InputTransform(std: [1e-60])
        }
        #expect(throws: DatasetError.badSetting("mean nan is not a finite float32 number")) { try InputTransform(mean: [.nan]) }
        #expect(throws: DatasetError.badSetting("scale 1e+60 is not a finite float32 number")) { try InputTransform(scale: 1e60) }
        #expect(throws: DatasetError.badSetting("there are 2 means but 3 standard deviations")) {
            try InputTransform(mean: [0, 0], std: [1, 1, 1])
        }
        #expect(throws: DatasetError.self) { try InputTransform(mean: []) }
        let overflow = try InputTransform(scale: 1e38, std: [1e-38])
        for count in [2, 512] {
            let tensor = try Tensor(shape: [count, 1], [UInt8](repeating: 0, count: count - 1) + [3])
            let expected = DatasetError.badSample(
                count - 1, array: "x", reason: "it is not finite after scale, mean and standard deviation")
            #expect(throws: expected) { try convert(tensor, of: "x", to: .float32, transform: overflow) }
        }
    }

    @Test("Integers become other integers where they fit")
    func integersBecomeOtherIntegersWhereTheyFit() throws {
        let ids = try Tensor(shape: [2, 2], [0, 1, -100, 2_000_000_000] as [Int32])
        #expect(try convert(ids, of: "x", to: .int64) == Tensor(shape: [2, 2], [0, 1, -100, 2_000_000_000] as [Int64]))
        #expect(try convert(ids, of: "x", to: .int32) == ids)
        #expect(try convert(Tensor([7, 255] as [UInt8]), of: "x", to: .int64) == Tensor([7, 255] as [Int64]))
        #expect(try convert(Tensor([true, false]), of: "x", to: .int64) == Tensor([1, 0] as [Int64]))
        #expect(try convert(Tensor([1, 0] as [Int64]), of: "x", to: .bool) == Tensor([true, false]))
        #expect(try convert(Tensor([Int64(Int32.max)]), of: "x", to: .int32) == Tensor([Int32.max]))

        let wide = try Tensor(shape: [2, 2], [0, 1, 2, Int64(Int32.max) + 1])
        #expect(throws: DatasetError.badSample(1, array: "x", reason: "2147483648 does not fit into int32")) {
            try convert(wide, of: "x", to: .int32)
        }
        #expect(throws: DatasetError.badSample(0, array: "x", reason: "-1 does not fit into uint8")) {
            try convert(Tensor([-1] as [Int8]), of: "x", to: .uint8)
        }
        #expect(throws: DatasetError.badSample(0, array: "x", reason: "18446744073709551615 does not fit into int64")) {
            try convert(Tensor([UInt64.max]), of: "x", to: .int64)
        }
        #expect(throws: DatasetError.badSample(1, array: "x", reason: "2 does not fit into bool")) {
            try convert(Tensor([1, 2] as [UInt8]), of: "x", to: .bool)
        }
    }

    @Test("Every type pair gives a tensor or an error")
    func everyTypePairGivesATensorOrAnError() throws {
        for source in ElementType.allCases {
            for target in ElementType.allCases {
                let zeros = try Tensor(elementType: source, shape: [2, 3], bytes: [UInt8](repeating: 0, count: 6 * source.byteCount))
                let result = Result { try convert(zeros, of: "x", to: target) }
                let isRounded = target.isFloatingPoint && target != .float64
                if source == target || isRounded || !source.isFloatingPoint && !target.isFloatingPoint {
                    #expect(try result.get().elementType == target)
                    #expect(try result.get().bytes == [UInt8](repeating: 0, count: 6 * target.byteCount))
                } else {
                    let expected = DatasetError.badArray("x", file: nil, reason: "it holds \(source) but the model wants \(target)")
                    #expect(throws: expected) { try result.get() }
                }
            }
        }
    }

    @Test("Floats stay or lose only what float32 cannot hold")
    func floatsStayOrLoseOnlyWhatFloat32CannotHold() throws {
        let values = Tensor([1.5, -0.0, 3e38] as [Float])
        let transform = try InputTransform(scale: 2, mean: [5])
        #expect(try convert(values, of: "x", to: .float32, transform: transform) == values)
        #expect(try convert(Tensor([0.1, 1e-60]), of: "x", to: .float32) == Tensor([0.1, 0] as [Float]))
        #expect(throws: DatasetError.badSample(1, array: "x", reason: "1e+60 does not fit into float32")) {
            try convert(Tensor([0, 1e60]), of: "x", to: .float32)
        }
        #expect(throws: DatasetError.badSample(1, array: "x", reason: "it holds NaN")) {
            try convert(Tensor(shape: [2, 2], [0, 0, 0, .nan] as [Float]), of: "x", to: .float32)
        }
        #expect(throws: DatasetError.badSample(0, array: "x", reason: "it holds an infinite value")) {
            try convert(Tensor([-Double.infinity]), of: "x", to: .float64)
        }
        #expect(throws: DatasetError.badSample(0, array: "x", reason: "16777217 is not exact in float32")) {
            try convert(Tensor([16_777_217] as [Int32]), of: "x", to: .float32)
        }
    }

    @Test("Floats and integers are rounded to half precision")
    func floatsAndIntegersAreRoundedToHalfPrecision() throws {
        let floats = Tensor([1, 1 + 0x1p-11, 1 + 0x1.8p-10, -65519, 1e-8] as [Float])
        #expect(try convert(floats, of: "x", to: .float16).floatingPointElements == [1, 1, 1 + 0x1p-9, -65504, 0])
        #expect(try convert(Tensor([1 + 0x1p-9, 3e38]), of: "x", to: .bfloat16).floatingPointElements == [1, 0x1.C4p127])
        let bytes = try Tensor(shape: [2, 1], [0, 255] as [UInt8])
        let transform = try InputTransform(scale: 1.0 / 255, mean: [0.5], std: [0.25])
        #expect(try convert(bytes, of: "x", to: .float16, transform: transform).floatingPointElements == [-2, 2])
        #expect(throws: DatasetError.badSample(1, array: "x", reason: "65520.0 does not fit into float16")) {
            try convert(Tensor([0, 65520] as [Float]), of: "x", to: .float16)
        }
        #expect(throws: DatasetError.badSample(1, array: "x", reason: "100000.0 does not fit into float16")) {
            try convert(Tensor([0, 100_000] as [Int32]), of: "x", to: .float16)
        }
        #expect(throws: DatasetError.badSample(0, array: "x", reason: "it holds NaN")) {
            try convert(Tensor([Float.nan]), of: "x", to: .float16)
        }
    }

    @Test("Every half-precision number widens as in NumPy", .needsPython)
    func everyHalfPrecisionNumberWidensAsInNumPy() throws {
        let folder = try TemporaryFolder()
        let script = """
            import sys, numpy as np
            half = np.arange(65536, dtype=np.uint16).view(np.float16)
            half = half[np.isfinite(half)]
            np.savez(sys.argv[1], half=half, single=half.astype(np.float32))
            """
        _ = try Environment.runPython(script, folder.file("a.npz"))
        let data = try Dataset(path: folder.file("a.npz"))
        #expect(data.sampleCount == 63488)
        let inputs = try data.inputs(Array(0..<data.sampleCount), as: ["half": .float32, "single": .float32])
        #expect(inputs["half"] == inputs["single"])
        let bfloat16 = try Tensor(elementType: .bfloat16, shape: [2], bytes: [0x80, 0x3F, 0x49, 0xC0])
        #expect(try convert(bfloat16, of: "x", to: .float32) == Tensor([1, -3.140625] as [Float]))
        for bytes in [[0x00, 0x7C], [0x01, 0xFE]] as [[UInt8]] {
            let half = try Tensor(elementType: .float16, shape: [1], bytes: bytes)
            #expect(throws: DatasetError.self) { try convert(half, of: "x", to: .float32) }
        }
    }

    @Test("Errors name the sample of the file")
    func errorsNameTheSampleOfTheFile() throws {
        let folder = try TemporaryFolder()
        try ArrayFileWriter.writeSafetensors([("x", Tensor([0, 1, 2, 3, .nan, 5] as [Float]))], to: folder.file("a"))
        let data = try Dataset(path: folder.file("a")).subset([5, 4, 3])
        #expect(throws: DatasetError.badSample(4, array: "x", reason: "it holds NaN")) { try data.inputs([2, 1], as: ["x": .float32]) }
        #expect(try data.inputs([2, 0], as: ["x": .float32]) == ["x": Tensor([3, 5] as [Float])])
        #expect(throws: DatasetError.badArray("x", file: folder.file("a"), reason: "it holds float32 but the model wants int64")) {
            try data.inputs([0], as: ["x": .int64])
        }
        #expect(throws: DatasetError.missingArray("y", file: folder.file("a"), available: ["x"])) {
            try data.inputs([0], as: ["y": .int64])
        }
    }
}
