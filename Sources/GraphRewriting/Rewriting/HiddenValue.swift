/// The value between the two factors of a layer.
package struct HiddenValue: Sendable, Hashable {
    package let value: String
    /// The axis along which components lie; negative where it is counted from the last. Component j of group g is at g * rank + j.
    package let componentAxis: Int
}
