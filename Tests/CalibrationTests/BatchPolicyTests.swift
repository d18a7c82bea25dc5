import Calibration
import Tensors
import Testing

@Suite("Batches")
struct BatchPolicyTests {
    @Test("A free first axis fixes nothing")
    func free() throws {
        let policy = try BatchPolicy(inputs: describedInputs(("a", [nil, 3], .float32), ("b", [nil], .float32)))
        #expect(policy.fixed == nil)
        #expect(policy.batches(count: 5, size: 2).map(\.indices) == [[0, 1], [2, 3], [4]])
        #expect(policy.batches(count: 5, size: 2).map(\.valid) == [2, 2, 1])
    }

    @Test("A fixed first axis is the size of every batch, the last one filled up")
    func fixed() throws {
        let policy = try BatchPolicy(inputs: describedInputs(("a", [4, 3], .float32), ("b", [nil, 4], .float32)))
        #expect(policy.fixed == 4)
        #expect(policy.batches(count: 6, size: 4).map(\.indices) == [[0, 1, 2, 3], [4, 5, 5, 5]])
        #expect(policy.batches(count: 6, size: 4).map(\.valid) == [4, 2])
    }

    @Test("A model without inputs, or with scalars only, has a free batch")
    func scalars() throws {
        #expect(try BatchPolicy(inputs: []).fixed == nil)
        #expect(try BatchPolicy(inputs: describedInputs(("a", [], .float32))).fixed == nil)
    }

    @Test("Inputs that fix different lengths are refused")
    func differentLengths() throws {
        let inputs = try describedInputs(("a", [4, 3], .float32), ("b", [2], .float32))
        #expect(throws: BatchError.differentLengths([2, 4])) { try BatchPolicy(inputs: inputs) }
    }

    @Test("Impossible lengths are refused", arguments: [0, 1 << 17, 1 << 40])
    func impossibleLength(length: Int) throws {
        let inputs = try describedInputs(("a", [length, 3], .float32))
        #expect(throws: BatchError.impossibleLength(length)) { try BatchPolicy(inputs: inputs) }
    }
}
