internal import GraphRewriting
internal import LowRank
internal import ONNXModel
internal import Search
internal import Tensors

extension [FactoredLayer] {
    /// A model with these layers in the place of its own; those that are as they are in the model stay so.
    ///
    /// - Parameter form: of each layer.
    func written(
        into model: Model, types: [String: TensorType], factorType: FactorType?, form: (FactoredLayer) -> StorageForm
    ) throws -> Model {
        try Rewriting.apply(
            factors(form: form), to: model, types: types, metadata: ["jointrank.version": LibraryVersion.current],
            factorType: factorType?.elementType, allowingAnyRank: true
        ).model
    }
}

extension FactorType {
    fileprivate var elementType: ElementType {
        switch self {
        case .float32: .float32
        case .float16: .float16
        case .bfloat16: .bfloat16
        }
    }
}
