import Foundation
import SwiftProtobuf
import Testing

@testable import ONNXModel

/// Messages are counted as the parser would make them.
@Suite("Counted messages")
struct MessageCountTests {
    /// The messages below a model in its text form, where each opens a line's end.
    private func messages(in model: Model) -> Int {
        model.proto.textFormatString().split(separator: "\n").count { $0.hasSuffix("{") }
    }

    @Test("The onnx package's operator tests", .enabled(if: TestMaterial.hasPython, "needs the onnx package in .deps/venv"))
    func theOnnxPackagesOperatorTests() throws {
        for path in try TestMaterial.operatorTests().enumerated().filter({ $0.offset.isMultiple(of: 20) }).map(\.element) {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
            #expect(MessageCount.of(bytes) == messages(in: try Model(serialized: bytes, folder: nil)), "\(path)")
        }
    }

    /// Every kind of message once, at least, below one model.
    @Test("Every kind of message")
    func everyKindOfMessage() throws {
        func leaf(_ field: UInt64, _ parts: [Data]) -> Data { WireFormat.message(field, parts.reduce(Data(), +)) }
        let type = leaf(2, [leaf(1, [leaf(2, [leaf(1, [])])])])
        let types = [
            leaf(14, [leaf(4, [leaf(1, [leaf(5, [leaf(2, [])])])])]), leaf(15, [leaf(9, [leaf(1, [leaf(8, [leaf(2, [leaf(1, [])])])])])]),
            leaf(15, [leaf(7, [])]),
        ]
        let tensor = [leaf(3, []), leaf(13, []), leaf(16, [])]
        let sparse = [leaf(1, tensor), leaf(2, tensor)]
        let tensors = [leaf(5, tensor), leaf(10, tensor), leaf(22, sparse), leaf(23, sparse)]
        let device = leaf(10, [leaf(2, [leaf(3, []), leaf(4, [leaf(2, [])])])])
        let node = [leaf(5, types), leaf(5, tensors), leaf(5, [leaf(6, []), leaf(11, [])]), leaf(9, []), device]
        let graph = [
            leaf(1, node), leaf(5, tensor), leaf(11, [type, leaf(4, [])]), leaf(12, [type]), leaf(13, [type]), leaf(14, [leaf(2, [])]),
            leaf(15, sparse), leaf(16, []),
        ]
        let function = [leaf(7, node), leaf(9, []), leaf(11, tensors), leaf(12, [type]), leaf(14, [])]
        let training = [leaf(1, graph), leaf(2, graph), leaf(3, []), leaf(4, [])]
        let bytes = Data(
            [leaf(7, graph), leaf(8, []), leaf(14, []), leaf(20, training), leaf(25, function), leaf(26, [])].joined())
        let count = MessageCount.of(bytes)
        #expect(count > 200)
        #expect(count == messages(in: try Model(serialized: bytes, folder: nil)))
    }

    @Test("Counting stops behind the limit")
    func countingStopsBehindTheLimit() {
        let bytes = WireFormat.message(7, Data(repeatElement([0x0A, 0x00], count: 1000).joined()))
        #expect(MessageCount.of(bytes) == 1001)
        #expect(MessageCount.of(bytes, limit: 100) == 101)
    }

    /// What the parser passes over must not hide what stands behind it.
    @Test("Unknown fields hide nothing")
    func unknownFieldsHideNothing() {
        let graph = WireFormat.message(7, WireFormat.message(1))
        for unknown in [
            WireFormat.group(99, WireFormat.group(98, WireFormat.integer(1, 1))), WireFormat.string(99, "text"),
            WireFormat.integer(99, .max),
            Data([0x99, 0x06, 1, 2, 3, 4, 5, 6, 7, 8]), Data([0x9D, 0x06, 1, 2, 3, 4]), Data([0xBA, 0x80, 0x00, 0x00]),
        ] {
            #expect(MessageCount.of(unknown + graph) == MessageCount.of(unknown) + 2)
        }
    }
}
