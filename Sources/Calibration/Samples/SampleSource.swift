package import Datasets
internal import Foundation
package import OnnxRuntimeEngine
package import Tensors

/// Labelled samples in the form that one model takes them.
package struct SampleSource: Sendable {
    package let dataset: Dataset
    /// Of the array that says what is right.
    private let labelsName: String
    /// Where there are classes. Where distributions are wanted instead, these still say which positions are used.
    private let labels: Labels?
    private let targetKind: Targets.Kind
    private let types: [String: ElementType]
    private let transform: InputTransform
    /// What may be cut off; nil where nothing is.
    private let padding: Padding?
    /// What the user should know of how the samples were understood.
    package let remarks: [String]

    /// - Parameters:
    ///   - path: samples in any form that `OpenedSamples` takes.
    ///   - inputs: what the model takes.
    ///   - labels: the name of the labels' array, which is not looked at where `targets` are none.
    ///   - targets: what the labels are.
    ///   - images: how images become the model's input.
    ///   - progress: called with the samples that are decoded and how many there are, where that takes long.
    /// - Throws: `DatasetError` for what is wrong with the file, ``SampleError`` for what does not fit the model.
    package init(
        path: String, inputs: [ValueDescription], labels: String, targets: Targets.Kind = .classes, transform: InputTransform,
        images: ImagePreparation = ImagePreparation(), progress: (Int, Int) -> Void = { _, _ in }
    ) throws {
        let request = SampleRequest(
            inputs: inputs.map { WantedInput(name: $0.name, elementType: $0.elementType, shape: $0.shape) },
            labels: targets == .none || targets == .distributions ? nil : labels, labelsAreClasses: targets == .classes, images: images)
        let opened = try OpenedSamples(path: path, request: request, progress: progress)
        let dataset = opened.dataset
        for input in inputs { try SampleSource.check(dataset.array(named: input.name).shape, fits: input) }
        guard try transform == .identity || inputs.contains(where: { try SampleSource.isTransformed(dataset, $0) }) else {
            throw DatasetError.badSetting("scale, mean and standard deviation are for integer arrays, but '\(path)' has none for the model")
        }
        var transform = transform
        transform.isChannelsLast = opened.layout == .channelsLast
        try self.init(
            dataset: dataset, inputs: inputs, labels: labels, targets: targets, transform: transform, remarks: opened.remarks)
    }

    private init(
        dataset: Dataset, inputs: [ValueDescription], labels: String, targets: Targets.Kind, transform: InputTransform, remarks: [String]
    ) throws {
        var types: [String: ElementType] = [:]
        for input in inputs {
            guard let type = input.elementType else { throw SampleError.inputType(input.name, input.typeName) }
            types[input.name] = type
        }
        self.dataset = dataset
        self.types = types
        self.transform = transform
        self.remarks = remarks
        labelsName = labels
        targetKind = targets
        self.labels = targets == .classes ? try dataset.labels(named: labels) : nil
        padding = try Padding(of: dataset, inputs: inputs)
    }

    private init(
        dataset: Dataset, like other: SampleSource, padding: Padding?, targets: Targets.Kind? = nil
    ) throws(DatasetError) {
        self.dataset = dataset
        self.padding = padding
        types = other.types
        transform = other.transform
        remarks = other.remarks
        labelsName = other.labelsName
        targetKind = targets ?? other.targetKind
        let hasLabels = other.labels != nil && dataset.arrayNames.contains(labelsName)
        labels = hasLabels ? try dataset.labels(named: labelsName) : nil
    }

    package var count: Int { dataset.sampleCount }

    /// The same samples in the types that another model takes, whose inputs have the same names.
    package func feeding(_ inputs: [ValueDescription]) throws -> SampleSource {
        guard inputs.contains(where: { $0.elementType != types[$0.name] }) else { return self }
        return try SampleSource(
            dataset: dataset, inputs: inputs, labels: labelsName, targets: targetKind, transform: transform, remarks: remarks)
    }

    /// The inputs of the samples at `indices`, without the positions that none of them uses.
    package func inputs(_ indices: [Int]) throws -> [String: Tensor] {
        let whole = try wholeInputs(indices)
        guard let padding, let end = try usedLength(indices) else { return whole }
        return try whole.mapValues { try padding.cut($0, to: end) }
    }

    /// The inputs of the samples at `indices` as they are in the file.
    package func wholeInputs(_ indices: [Int]) throws(DatasetError) -> [String: Tensor] {
        try dataset.inputs(indices, as: types, transform: transform)
    }

    /// Inputs of so many samples, repeated where there are fewer, to observe a model with. Sequences that may vary in length come in another
    /// length when there is one sample more.
    package func trial(_ count: Int) throws -> [String: Tensor] {
        let whole = try wholeTrial(count)
        guard let padding else { return whole }
        return try whole.mapValues { try padding.cut($0, to: padding.length - count % 2) }
    }

    /// As ``trial(_:)``, of the length that the file has.
    package func wholeTrial(_ count: Int) throws(DatasetError) -> [String: Tensor] {
        try wholeInputs((0..<count).map { min($0, self.count - 1) })
    }

    /// Whether anything may be cut off.
    package var hasPadding: Bool { padding != nil }

    /// The same samples, of which nothing is cut off.
    package var withoutCutting: SampleSource {
        get throws(DatasetError) { try SampleSource(dataset: dataset, like: self, padding: nil) }
    }

    /// Whether something is cut off from the samples at `indices`.
    package func isCut(_ indices: [Int]) throws(DatasetError) -> Bool { try usedLength(indices) ?? 0 < padding?.length ?? 0 }

    /// Positions that some sample uses; nil where there is no padding.
    private func usedLength(_ indices: [Int]) throws(DatasetError) -> Int? {
        guard let padding else { return nil }
        let used = padding.used(in: try dataset.array(named: padding.mask).rows(at: dataset.fileSamples(indices)))
        guard let labels, labels.countPerSample == padding.length else { return used }
        // A label that counts is never cut off.
        let values = try labels.values(indices)
        return max(used, values.indices.filter { values[$0] != Labels.ignored }.map { $0 % padding.length + 1 }.max() ?? 1)
    }

    /// What is right for the samples at `indices`, for the positions that ``inputs(_:)`` has.
    package func targets(_ indices: [Int]) throws -> Targets {
        if targetKind == .distributions { return try distributions(indices) }
        if let labels {
            let values = try labels.values(indices)
            guard let end = try usedLength(indices), labels.countPerSample == padding?.length else {
                return .classes(values, positions: labels.countPerSample)
            }
            return .classes(values.indices.filter { $0 % labels.countPerSample < end }.map { values[$0] }, positions: end)
        }
        guard targetKind == .values else { return .none }
        let values: [Float] = try dataset.inputs(indices, as: [labelsName: .float32])[labelsName]?.elements() ?? []
        return .values(values.map(Double.init), perSample: values.count / max(indices.count, 1))
    }

    /// The name of the array of distributions, which no input should have.
    private static let distributionsName = "jointrank.distributions"

    /// The same samples, of each of which is wanted what somebody says.
    ///
    /// - Parameter distributions: float32 [samples, classes] or [samples, positions, classes], of all positions that the file has.
    package func wanting(_ distributions: Tensor) throws(DatasetError) -> SampleSource {
        let array = StoredArray(name: SampleSource.distributionsName, tensor: distributions)
        return try SampleSource(dataset: Dataset(arrays: dataset.arrays + [array]), like: self, padding: padding, targets: .distributions)
    }

    /// These samples, and then those of another source, of each of which is wanted what somebody says.
    package func joined(with other: SampleSource) throws(DatasetError) -> SampleSource {
        try SampleSource(dataset: dataset.joined(with: other.dataset), like: self, padding: padding)
    }

    /// Whether each position of the samples at `indices` has a label that counts, with nothing cut off; nil where labels are no classes.
    package func positionsWithLabels(_ indices: [Int]) throws(DatasetError) -> [Bool]? {
        try labels?.values(indices).map { $0 != Labels.ignored }
    }

    private func distributions(_ indices: [Int]) throws -> Targets {
        let all = try dataset.inputs(indices, as: [SampleSource.distributionsName: .float32])[SampleSource.distributionsName]
        guard var tensor = all else { return .none }
        if let padding, let end = try usedLength(indices), tensor.shape.count > 2 { tensor = try padding.cut(tensor, to: end) }
        let values: [Float] = tensor.elements() ?? []
        return .distributions(values.map(Double.init), positions: tensor.shape.dropFirst().dropLast().reduce(1, *))
    }

    /// Whether each position of the samples at `indices` is one that a mask lets through; nil where there is none.
    package func positionsThatCount(_ indices: [Int]) throws(DatasetError) -> [Bool]? {
        guard let padding else { return nil }
        return padding.counts(in: try dataset.array(named: padding.mask).rows(at: dataset.fileSamples(indices)))
    }

    /// Reads all labels and refuses any that is not one of `classes`, where there are classes.
    package func checkLabels(classes: Int) throws(DatasetError) {
        try labels?.check(classes: classes)
    }

    /// The samples at `indices`, in that order.
    package func subset(_ indices: [Int]) throws(DatasetError) -> SampleSource {
        try SampleSource(dataset: dataset.subset(indices), like: self, padding: padding)
    }

    /// Disjoint random parts; see `Dataset.split`.
    package func split(counts: [Int], seed: UInt64) throws(DatasetError) -> [SampleSource] {
        let parts = try dataset.split(counts: counts, seed: seed)
        var sources: [SampleSource] = []
        for part in parts { sources.append(try SampleSource(dataset: part, like: self, padding: padding)) }
        return sources
    }

    private static func isTransformed(_ dataset: Dataset, _ input: ValueDescription) throws(DatasetError) -> Bool {
        let type = try dataset.array(named: input.name).elementType
        return input.elementType?.isFloatingPoint == true && input.elementType != .float64 && !type.isFloatingPoint && type != .bool
    }

    /// An array's axes must be those of the input, as far as the model fixes them.
    private static func check(_ shape: [Int], fits input: ValueDescription) throws(SampleError) {
        // The runtime gives no axes both for scalars and for inputs of unknown shape.
        guard !input.shape.isEmpty else { return }
        let fits = shape.count == input.shape.count && zip(shape, input.shape).dropFirst().allSatisfy { $1 == nil || $0 == $1 }
        guard fits else { throw .inputShape(input.name, expected: input.shape, actual: shape) }
    }
}
