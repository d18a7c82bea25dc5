import Foundation
import LowRank
import ONNXModel
import TestSupport
import Tensors
import Testing

@testable import GraphRewriting

/// Rewritten models are valid by ONNX's own checker and shape inference.
@Suite("Written models")
struct WrittenModelTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    private static let python = root.appending(path: ".deps/venv/bin/python")

    /// Prints a line for every file of the folder that is not valid.
    private static let checker = """
        import pathlib, sys
        import onnx
        for path in sorted(pathlib.Path(sys.argv[1]).glob("*.onnx")):
            try:
                onnx.checker.check_model(str(path), full_check=True)
                onnx.shape_inference.infer_shapes(onnx.load(path), check_type=True, strict_mode=True, data_prop=True)
            except Exception as error:
                print(path.name, str(error).replace("\\n", " "))
        print("checked")
        """

    @Test("Pass the checker", .enabled(if: FileManager.default.isExecutableFile(atPath: python.path), ".deps/venv has no Python with onnx"))
    func passTheChecker() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "jointrank-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var titles: [String] = []
        for form in StorageForm.allCases {
            for (scheme, models) in [
                (FactorizationScheme.channels, form == .factors ? AwkwardModel.all + AwkwardModel.tied : AwkwardModel.pivotable),
                (.spatial, AwkwardModel.separable),
                (.tucker, AwkwardModel.narrowable),
            ] {
                for testCase in models {
                    let written = try testCase.rewritten(scheme, form)
                    try written.serialized().write(to: folder.appending(path: "\(titles.count).onnx"))
                    titles.append("\(scheme) \(form) \(testCase)")
                }
            }
        }
        for testCase in HalfPrecisionTests.models {
            for elementType in [ElementType.float16, .bfloat16] {
                // Convolutions take bfloat16 from operator set 22 on.
                if elementType == .bfloat16, testCase.layers.contains(where: { $0.kind == .convolution }) { continue }
                let model = try testCase.model.rounded(to: elementType)
                for form in StorageForm.allCases {
                    let written = try HalfPrecisionTests.factored(model, form) { _ in 2 }
                    try written.serialized().write(to: folder.appending(path: "\(titles.count).onnx"))
                    titles.append("\(elementType) \(form) \(testCase)")
                }
            }
        }

        let process = Process()
        let output = Pipe()
        process.executableURL = Self.python
        process.arguments = ["-c", Self.checker, folder.path]
        process.standardOutput = output
        try process.run()
        let lines = try String(decoding: output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self).split(separator: "\n")
        process.waitUntilExit()
        #expect(lines.last == "checked")
        for line in lines.dropLast() {
            let index = line.prefix { $0.isNumber }
            Issue.record("\(Int(index).map { titles[$0] } ?? ""): \(line)")
        }
    }
}
