import ONNXModel
import Tensors
import Testing

@Suite("Resampling", .enabled(if: ReferencePython.isInstalled, Comment(rawValue: ReferencePython.hint)))
struct ResamplingTests {
    private func scaled(_ x: [Length], by scales: [Float], _ attributes: [AttributeProto]) -> GradientCase {
        let described = attributes.map { $0.s.isEmpty ? "\($0.name) \($0.i)" : String(decoding: $0.s, as: UTF8.self) }
        return GradientCase(
            "Resize \(x) by \(scales) \(described.joined(separator: " "))", "Resize", attributes,
            [.variable(x), .absent, .constant(Tensor(scales))])
    }

    /// Where a scale makes no whole length, `align_corners` is left out: the reference evaluator takes the broken length, ONNX Runtime
    /// the whole one.
    private let coordinates = ["half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "align_corners", "asymmetric"]

    @Test("Nearest")
    func nearest() throws {
        var cases: [GradientCase] = []
        for coordinate in coordinates {
            for rounding in ["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"] {
                let attributes: [AttributeProto] = [
                    .string("mode", "nearest"), .string("coordinate_transformation_mode", coordinate), .string("nearest_mode", rounding),
                ]
                cases.append(scaled([.batch, 2, 3, 4], by: [1, 1, 2, 1.5], attributes))
                cases.append(scaled([.batch, 1, 6, 4], by: [1, 1, 0.5, 3], attributes))
                if coordinate != "align_corners" { cases.append(scaled([.batch, 1, 5, 4], by: [1, 1, 0.7, 2.3], attributes)) }
            }
        }
        try GradientCheck.expect(cases)
    }

    @Test("Linear")
    func linear() throws {
        var cases: [GradientCase] = []
        for coordinate in coordinates {
            let attributes: [AttributeProto] = [.string("mode", "linear"), .string("coordinate_transformation_mode", coordinate)]
            cases.append(scaled([.batch, 2, 3, 4], by: [1, 1, 2, 1.5], attributes))
            if coordinate != "align_corners" { cases.append(scaled([.batch, 1, 5, 4], by: [1, 1, 0.6, 2.3], attributes)) }
            cases.append(scaled([.batch, 1, 4, 1], by: [1, 1, 0.25, 3], attributes))
        }
        try GradientCheck.expect(cases)
    }

    @Test("Cubic")
    func cubic() throws {
        var cases: [GradientCase] = []
        for coordinate in coordinates where coordinate != "half_pixel_symmetric" {
            let attributes: [AttributeProto] = [.string("mode", "cubic"), .string("coordinate_transformation_mode", coordinate)]
            cases.append(scaled([.batch, 1, 5, 4], by: [1, 1, 2, 1.5], attributes))
            cases.append(scaled([.batch, 1, 5, 4], by: [1, 1, 0.6, 2], attributes + [.int("exclude_outside", 1)]))
        }
        cases.append(scaled([.batch, 1, 5, 4], by: [1, 1, 2, 2], [.string("mode", "cubic"), .float("cubic_coeff_a", -0.5)]))
        try GradientCheck.expect(cases)
    }

    @Test("To sizes and along some axes")
    func toSizesAndAlongSomeAxes() throws {
        try GradientCheck.expect([
            GradientCase(
                "sizes", "Resize", [.string("mode", "linear")], [.variable(2, 2, 3, 4), .absent, .absent, .integers(2, 2, 5, 3)]),
            GradientCase(
                "sizes of axes", "Resize", [.string("mode", "nearest"), .ints("axes", [2, 3])],
                [.variable(.batch, 2, 3, 4), .absent, .absent, .integers(5, 8)]),
            GradientCase(
                "scales of axes", "Resize", [.string("mode", "linear"), .ints("axes", [2, 3])],
                [.variable(.batch, 2, 3, 4), .absent, .constant(Tensor([Float(2), 2.5]))]),
            scaled([.batch, 2, 5], by: [1, 1, 2], [.string("mode", "nearest"), .string("coordinate_transformation_mode", "asymmetric")]),
            scaled([.batch, 2, 5], by: [1, 1, 1.7], [.string("mode", "linear")]),
            scaled([2, 3, 2, 3], by: [1, 2, 2, 1], [.string("mode", "nearest")]),
            scaled([.batch, 2, 3], by: [1, 1, 1], [.string("mode", "nearest")]),
        ])
    }
}
