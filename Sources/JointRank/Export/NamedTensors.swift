internal import Tensors

/// Tensors under names of their own, in the order in which they came.
struct NamedTensors {
    private(set) var arrays: [(name: String, tensor: Tensor)] = []
    private var taken: Set<String> = []

    /// - Returns: the name that the tensor got: the hint, or one with a number.
    mutating func add(_ tensor: Tensor, as hint: String) -> String {
        var name = hint
        var number = 0
        while !taken.insert(name).inserted {
            number += 1
            name = "\(hint).\(number)"
        }
        arrays.append((name, tensor))
        return name
    }
}
