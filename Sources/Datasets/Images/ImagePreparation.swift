/// How images become a model's input: what `--resize`, `--crop`, `--layout` and `--channels` say.
package struct ImagePreparation: Sendable, Hashable {
    package enum Layout: Sendable, Hashable {
        /// Samples, channels, rows, columns.
        case channelsFirst
        /// Samples, rows, columns, channels.
        case channelsLast
    }

    /// A size in pixels; without a width, what one number means to the option.
    package struct Extent: Sendable, Hashable {
        package let height: Int
        package let width: Int?

        /// More than any network takes.
        private static let longest = 1 << 14

        /// - Throws: ``DatasetError/badSetting(_:)`` for an impossible size.
        package init(height: Int, width: Int? = nil) throws(DatasetError) {
            for length in [height, width].compactMap(\.self) where !(1...Extent.longest).contains(length) {
                throw .badSetting("an image of \(length) pixels along a side is impossible; 1 to \(Extent.longest) are possible")
            }
            self.height = height
            self.width = width
        }
    }

    /// The size of the whole image; one number is the shorter side's, and the other follows.
    package var resize: Extent?
    /// What is cut out of the middle afterwards; one number is a square.
    package var crop: Extent?
    /// nil: as the model's input tells.
    package var layout: Layout?
    /// Whether blue comes first.
    package var isBlueFirst: Bool
    /// A file with one class a line, in the order of the model's outputs; nil where classes are numbered by name.
    package var classes: String?

    package init(
        resize: Extent? = nil, crop: Extent? = nil, layout: Layout? = nil, isBlueFirst: Bool = false, classes: String? = nil
    ) {
        self.resize = resize
        self.crop = crop
        self.layout = layout
        self.isBlueFirst = isBlueFirst
        self.classes = classes
    }

    /// The option that says something about images alone; nil where none was given.
    package var optionInUse: String? {
        if resize != nil { return "--resize" }
        if crop != nil { return "--crop" }
        if isBlueFirst { return "--channels" }
        return classes == nil ? nil : "--classes"
    }

    /// An image in the size that the options ask for.
    func sized(_ image: PixelImage) throws(ImageError) -> PixelImage {
        var image = image
        if let resize {
            let (height, width) = ImagePreparation.size(resize, of: image)
            if let obstacle = PixelImage.obstacle(width: width, height: height) {
                throw ImageError(reason: "--resize \(resize): \(obstacle)")
            }
            image = image.resized(height: height, width: width)
        }
        if let crop {
            let width = crop.width ?? crop.height
            guard image.height >= crop.height, image.width >= width else {
                throw ImageError(
                    reason: "it is \(image.width)x\(image.height) pixels large\(resize == nil ? "" : " after --resize"), "
                        + "too small for --crop \(crop); a --resize to at least \(max(crop.height, width)) makes it large enough")
            }
            image = image.cropped(height: crop.height, width: width)
        }
        return image
    }

    /// As torchvision's `Resize`: the longer side is cut to a whole number.
    private static func size(_ extent: Extent, of image: PixelImage) -> (height: Int, width: Int) {
        if let width = extent.width { return (extent.height, width) }
        let side = extent.height
        return image.height < image.width
            ? (side, side * image.width / image.height) : (side * image.height / image.width, side)
    }
}

extension ImagePreparation.Extent: CustomStringConvertible {
    /// As the options write it: a number, or height x width.
    package var description: String { width.map { "\(height)x\($0)" } ?? "\(height)" }
}
