/// How integer data, such as the bytes of an image, become a model's float32 input: `(x * scale - mean[c]) / std[c]`, in
/// float32 and in this order, with `c` the position on axis 1, or on the last one.
package struct InputTransform: Sendable, Hashable {
    package let scale: Float
    /// One value for all channels, or one for each.
    package let mean: [Float]
    /// As ``mean``; none is 0.
    package let std: [Float]
    /// Whether channels lie along the last axis.
    package var isChannelsLast = false

    /// Leaves every number as it is.
    package static let identity = InputTransform()

    private init() {
        (scale, mean, std) = (1, [0], [1])
    }

    /// Values are given in double precision and rounded once, as NumPy's `float32(x)` does.
    ///
    /// - Throws: ``DatasetError/badSetting(_:)`` for values that are not finite in float32, for a standard deviation that is
    ///   not positive there, and where `mean` and `std` are empty or of different counts above 1.
    package init(scale: Double = 1, mean: [Double] = [0], std: [Double] = [1]) throws(DatasetError) {
        self.scale = Float(scale)
        self.mean = mean.map { Float($0) }
        self.std = std.map { Float($0) }
        guard self.scale.isFinite else { throw .badSetting("scale \(scale) is not a finite float32 number") }
        guard self.scale != 0 else { throw .badSetting("scale \(scale) makes all values the same") }
        for (value, rounded) in zip(mean, self.mean) where !rounded.isFinite {
            throw .badSetting("mean \(value) is not a finite float32 number")
        }
        for (value, rounded) in zip(std, self.std) where !(rounded.isFinite && rounded > 0) {
            throw .badSetting("standard deviation \(value) is not a positive, finite float32 number")
        }
        guard !mean.isEmpty, !std.isEmpty else { throw .badSetting("mean and standard deviation need at least one value") }
        guard mean.count == std.count || mean.count == 1 || std.count == 1 else {
            throw .badSetting("there are \(mean.count) means but \(std.count) standard deviations")
        }
    }

    /// How many channels the transform tells apart; 1 where it treats all alike.
    var channelCount: Int { max(mean.count, std.count) }

    /// The input value for a data value.
    @inline(__always)
    func callAsFunction(_ value: Float, channel: Int) -> Float {
        (value * scale - mean[mean.count == 1 ? 0 : channel]) / std[std.count == 1 ? 0 : channel]
    }
}
