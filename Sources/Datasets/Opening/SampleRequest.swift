package import Tensors

/// An input of a model, as far as data files matter to it.
package struct WantedInput: Sendable, Hashable {
    package let name: String
    package let elementType: ElementType?
    /// The length of every axis, nil where it is free; empty where the model does not say.
    package let shape: [Int?]

    package init(name: String, elementType: ElementType?, shape: [Int?]) {
        self.name = name
        self.elementType = elementType
        self.shape = shape
    }
}

/// What a model asks of a file of samples.
package struct SampleRequest: Sendable, Hashable {
    package let inputs: [WantedInput]
    /// The name of what is right; nil where that is not wanted.
    package let labels: String?
    /// Whether labels are classes, not values.
    package let labelsAreClasses: Bool
    package let images: ImagePreparation

    package init(inputs: [WantedInput], labels: String?, labelsAreClasses: Bool = true, images: ImagePreparation = ImagePreparation()) {
        self.inputs = inputs
        self.labels = labels
        self.labelsAreClasses = labelsAreClasses
        self.images = images
    }

    /// What text files may call the labels: `label`, too, where nobody chose a name.
    var labelNames: [String] {
        guard let labels else { return [] }
        return labels == "labels" ? [labels, "label"] : [labels]
    }
}
