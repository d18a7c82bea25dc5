internal import Datasets

/// How the images of a folder become a model's input.
public struct ImageOptions: Sendable, Hashable, Codable {
    /// A size in pixels. Without a width: the shorter side's for a resize, a square for a crop.
    public struct Extent: Sendable, Hashable, TextCodable {
        /// Pixels from top to bottom, or the one length that is given.
        public var height: Int
        /// Pixels from left to right.
        public var width: Int?

        /// Sets every option.
        public init(height: Int, width: Int? = nil) {
            self.height = height
            self.width = width
        }

        /// - Parameter text: `N` or `HxW`.
        public init?(_ text: String) {
            let lengths = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
            guard let height = lengths[0], lengths.count == 1 || (lengths.count == 2 && lengths[1] != nil) else { return nil }
            self.init(height: height, width: lengths.count == 2 ? lengths[1] : nil)
        }

        /// As it is written on the command line.
        public var description: String { width.map { "\(height)x\($0)" } ?? "\(height)" }
    }

    /// The order of an array's axes.
    public enum Layout: String, Sendable, Hashable, CaseIterable, Codable {
        /// Samples, channels, rows, columns.
        case nchw
        /// Samples, rows, columns, channels.
        case nhwc
    }

    /// The order of colours.
    public enum Channels: String, Sendable, Hashable, CaseIterable, Codable {
        /// Red first.
        case rgb
        /// Blue first.
        case bgr
    }

    /// nil: as the files are.
    public var resize: Extent?
    /// Cut out of the middle after the resize.
    public var crop: Extent?
    /// nil: as the model's input tells.
    public var layout: Layout?
    /// The order of colours that the model takes.
    public var channels: Channels
    /// A file with one class a line, in the order of the model's outputs; nil where folders are numbered by name.
    public var classes: String?

    /// Sets every option.
    public init(
        resize: Extent? = nil, crop: Extent? = nil, layout: Layout? = nil, channels: Channels = .rgb, classes: String? = nil
    ) {
        self.resize = resize
        self.crop = crop
        self.layout = layout
        self.channels = channels
        self.classes = classes
    }

    func preparation() throws(DatasetError) -> ImagePreparation {
        ImagePreparation(
            resize: try resize?.checked(), crop: try crop?.checked(), layout: layout.map { $0 == .nchw ? .channelsFirst : .channelsLast },
            isBlueFirst: channels == .bgr, classes: classes)
    }
}

extension ImageOptions.Extent {
    fileprivate func checked() throws(DatasetError) -> ImagePreparation.Extent {
        try ImagePreparation.Extent(height: height, width: width)
    }
}
