internal import Files

/// Samples from whatever users keep them in: a file of arrays, a text file of numbers, or a folder of images.
package struct OpenedSamples: Sendable {
    package let dataset: Dataset
    /// Where the channels of integer arrays lie.
    package let layout: ImagePreparation.Layout
    /// What the user should know of how the samples were understood.
    package let remarks: [String]

    /// - Parameter progress: called with the samples that are decoded and how many there are, where that takes long.
    /// - Throws: ``DatasetError``.
    package init(
        path: String, request: SampleRequest, progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) throws(DatasetError) {
        if path.isFolder {
            let input = try ImageInput(of: request.inputs, for: path, layout: request.images.layout)
            let folder = try ImageFolder(path, request: request)
            let images = try ImageArray.decoded(folder.files, in: path, as: input, request.images) { progress($0, folder.files.count) }
            dataset = try Dataset(arrays: [images] + [folder.labels].compactMap(\.self))
            (layout, remarks) = (input.layout, [])
            return
        }
        if let option = request.images.optionInUse {
            throw .badSetting("\(option) is for folders of images, but \(path.quoted) is none")
        }
        layout = request.images.layout ?? .channelsFirst
        if let format = TextColumns.Format(path: path) {
            let samples = try TokenSamples(path: path, format: format, request: request)
            dataset = try Dataset(arrays: samples.arrays)
            remarks = samples.remarks
            return
        }
        remarks = []
        dataset = try Dataset(path: path, arrays: request.inputs.map(\.name) + [request.labels].compactMap(\.self))
    }
}
