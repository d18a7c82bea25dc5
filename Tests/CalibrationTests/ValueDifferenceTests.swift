import Calibration
import Tensors
import Testing

@Suite("How far a provider's values are from the CPU's")
struct ValueDifferenceTests {
    private func share(_ values: [Float]?, _ expected: [Float]) -> Double {
        ValueDifference(of: values.map { ["a": Tensor($0)] } ?? [:], from: ["a": Tensor(expected)]).share
    }

    @Test("It is the norm of the difference as a share of the CPU's norm")
    func norm() {
        #expect(share([3, 4], [3, 4]) == 0)
        #expect(abs(share([3, 4.5], [3, 4]) - 0.1) < 1e-7)
        #expect(share([0, 0], [0, 0]) == 0)
    }

    @Test("What is missing, of another length or no number differs wholly, unless the CPU gives no numbers either")
    func notANumber() {
        #expect(share(nil, [1]) == .infinity && share([1, 2], [1]) == .infinity && share([.nan], [1]) == .infinity)
        #expect(share([1], [.nan]) == 0)
    }

    @Test("Rounding of values that are small beside the others is no difference")
    func small() {
        let expected = ["a": Tensor([1000] as [Float]), "b": Tensor([0] as [Float])]
        func difference(_ value: Float) -> ValueDifference {
            ValueDifference(of: ["a": Tensor([1000] as [Float]), "b": Tensor([value])], from: expected)
        }
        #expect(difference(1e-6).isRounding && !difference(1).isRounding)
        #expect(ValueDifference(of: ["a": Tensor([1001] as [Float])], from: ["a": Tensor([1000] as [Float])]).isRounding)
    }
}
