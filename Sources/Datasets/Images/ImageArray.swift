internal import Files
internal import Tensors

/// Images, decoded once, as an array of bytes in a temporary file: memory holds one image and the batch that is worked on.
enum ImageArray {
    /// - Parameters:
    ///   - files: paths, one a sample.
    ///   - folder: what messages call the whole.
    ///   - progress: called with the images done.
    /// - Throws: ``DatasetError`` that names the first file that is damaged or does not fit; ``DatasetError/cancelled``.
    static func decoded(
        _ files: [String], in folder: String, as input: ImageInput, _ preparation: ImagePreparation, progress: (Int) -> Void
    ) throws(DatasetError) -> StoredArray {
        guard let firstFile = files.first else { throw .badFile(folder, reason: "it has no images") }
        let first = try image(firstFile, input, preparation)
        let shape = input.shape(count: files.count, of: first)
        let size = first.bytes.count
        let (byteCount, overflow) = size.multipliedReportingOverflow(by: files.count)
        guard !overflow else { throw .badFile(folder, reason: "its images take too many bytes") }
        let storage = try OpenFile(temporaryFor: folder, byteCount: byteCount)
        for (sample, file) in files.enumerated() {
            if Task.isCancelled { throw .cancelled }
            let image = sample == 0 ? first : try image(file, input, preparation)
            guard image.height == first.height, image.width == first.width else {
                throw .badFile(
                    file,
                    reason:
                        "it is \(image.width)x\(image.height) pixels large where \(firstFile.quoted) is \(first.width)x\(first.height); "
                        + "--resize and --crop make them equal")
            }
            try storage.write(input.values(of: image, isBlueFirst: preparation.isBlueFirst)[...], at: sample * size)
            progress(sample + 1)
        }
        return StoredArray(name: input.name, elementType: .uint8, shape: shape, file: storage, offset: 0)
    }

    private static func image(
        _ file: String, _ input: ImageInput, _ preparation: ImagePreparation
    ) throws(DatasetError) -> PixelImage {
        let decoded = try ImageFile.decoded(file).converted(toChannels: input.channels)
        do throws(ImageError) {
            let image = try preparation.sized(decoded)
            try input.check(image)
            return image
        } catch {
            throw .badFile(file, reason: error.reason)
        }
    }
}
