internal import Datasets

/// How a data file becomes a model's inputs and labels.
public struct DataOptions: Sendable, Hashable {
    /// The array that holds the labels.
    public var labels: String
    /// Integer arrays that the model takes as float32 become (x * scale - mean) / std, by channel.
    public var scale: Double
    public var mean: [Double]
    public var std: [Double]
    /// The model's output that holds the scores; nil for the first one.
    public var output: String?

    public init(labels: String = "labels", scale: Double = 1, mean: [Double] = [0], std: [Double] = [1], output: String? = nil) {
        self.labels = labels
        self.scale = scale
        self.mean = mean
        self.std = std
        self.output = output
    }

    func transform() throws(DatasetError) -> InputTransform {
        try InputTransform(scale: scale, mean: mean, std: std)
    }
}
