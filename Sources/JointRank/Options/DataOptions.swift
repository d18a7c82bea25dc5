internal import Calibration
internal import Datasets

/// How a data file becomes a model's inputs and labels.
public struct DataOptions: Sendable, Hashable, Codable {
    /// What a model is judged by.
    public var loss: LossOption
    /// What a model's answers are judged by beside the loss, and what a drop is one of; nil for what is usual with the loss.
    public var dropMetric: DropMetric?
    /// The array that holds the labels.
    public var labels: String
    /// Integer arrays that the model takes as float32 become (x * scale - mean) / std, by channel.
    public var scale: Double
    /// One number, or one for each channel.
    public var mean: [Double]
    /// One number, or one for each channel.
    public var std: [Double]
    /// The model's output that the loss is computed from; nil for the first one.
    public var output: String?
    /// For folders of images.
    public var images: ImageOptions

    /// As the command names its options.
    enum CodingKeys: String, CodingKey {
        case loss, labels, scale, mean, std, images
        case dropMetric = "drop-metric"
        case output = "output-name"
    }

    /// Sets every option.
    public init(
        loss: LossOption = .crossEntropy, labels: String = "labels", scale: Double = 1, mean: [Double] = [0], std: [Double] = [1],
        output: String? = nil, images: ImageOptions = ImageOptions(), dropMetric: DropMetric? = nil
    ) {
        self.loss = loss
        self.dropMetric = dropMetric
        self.labels = labels
        self.scale = scale
        self.mean = mean
        self.std = std
        self.output = output
        self.images = images
    }

    var lossKind: Loss.Kind {
        switch loss {
        case .crossEntropy: .crossEntropy
        case .divergence: .divergence
        case .multiLabel: .binaryCrossEntropy
        case .squaredError: .squaredError
        case .output: .output
        }
    }

    func transform() throws(DatasetError) -> InputTransform {
        try InputTransform(scale: scale, mean: mean, std: std)
    }
}

extension DataOptions {
    /// The same options, for samples of which is wanted what the original says.
    var byFidelity: DataOptions {
        var options = self
        options.loss = .divergence
        options.dropMetric = nil
        return options
    }
}
