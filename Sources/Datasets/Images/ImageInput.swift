internal import Files
internal import Tensors

/// The input of a model that images feed.
struct ImageInput: Sendable {
    let name: String
    let layout: ImagePreparation.Layout
    /// 1 or 3.
    let channels: Int
    /// nil where any is taken.
    let height: Int?
    let width: Int?

    /// - Parameters:
    ///   - folder: what the images lie in.
    ///   - layout: what the user says; nil where the input's shape is to tell.
    /// - Throws: ``DatasetError`` where the model does not take images, or does not tell how.
    init(of inputs: [WantedInput], for folder: String, layout: ImagePreparation.Layout?) throws(DatasetError) {
        guard let input = inputs.first, inputs.count == 1 else {
            throw .badFile(
                folder,
                reason: "a folder of images feeds one input, but the model has \(inputs.map { $0.name.quoted }.joined(separator: ", "))")
        }
        name = input.name
        guard input.shape.count == 4 || input.shape.isEmpty else {
            throw .badFile(
                folder,
                reason:
                    "it is a folder, of images that is, but the model's input \(name.quoted) has \(input.shape.count) axes where images need 4"
            )
        }
        let axes = input.shape.isEmpty ? [nil, nil, nil, nil] : input.shape
        func isChannelCount(_ length: Int?) -> Bool { length == 1 || length == 3 }
        if let layout {
            self.layout = layout
        } else if isChannelCount(axes[1]) {
            self.layout = .channelsFirst
        } else if isChannelCount(axes[3]) {
            self.layout = .channelsLast
        } else {
            throw .badSetting(
                "the shape of the model's input \(name.quoted) does not tell where its channels are; --layout nchw or nhwc does")
        }
        let (channels, height, width) = self.layout == .channelsFirst ? (axes[1], axes[2], axes[3]) : (axes[3], axes[1], axes[2])
        guard channels == nil || isChannelCount(channels) else {
            throw .badFile(folder, reason: "the model's input \(name.quoted) takes \(channels ?? 0) channels, but images have 1 or 3")
        }
        (self.channels, self.height, self.width) = (channels ?? 3, height, width)
    }

    /// The shape of an array of images.
    func shape(count: Int, of image: PixelImage) -> [Int] {
        switch layout {
        case .channelsFirst: [count, image.channels, image.height, image.width]
        case .channelsLast: [count, image.height, image.width, image.channels]
        }
    }

    /// An image's values in the order of the input's axes.
    func values(of image: PixelImage, isBlueFirst: Bool) -> [UInt8] {
        let order = isBlueFirst && image.channels == 3 ? [2, 1, 0] : Array(0..<image.channels)
        let pixels = stride(from: 0, to: image.bytes.count, by: image.channels)
        switch layout {
        case .channelsFirst: return order.flatMap { channel in pixels.map { image.bytes[$0 + channel] } }
        case .channelsLast where !isBlueFirst: return image.bytes
        case .channelsLast: return pixels.flatMap { pixel in order.map { image.bytes[pixel + $0] } }
        }
    }

    /// Refuses an image of another size than the input takes, with the options that would make it fit.
    func check(_ image: PixelImage) throws(ImageError) {
        guard image.height != height ?? image.height || image.width != width ?? image.width else { return }
        let (height, width) = (height ?? image.height, width ?? image.width)
        let advice =
            height == width ? "--resize \(height) --crop \(height)" : "--resize \(height)x\(width)"
        throw ImageError(
            reason:
                "it is \(image.width)x\(image.height) pixels large once it is resized and cropped, but the model's input \(name.quoted) "
                + "takes \(width)x\(height); \(advice) makes every image fit")
    }
}
