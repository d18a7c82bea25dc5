extension GradientRules {
    /// Operators that no gradient flows through: their outputs are integers, booleans or shapes, they take no tensor, or they are
    /// constant almost everywhere.
    static let zeroGradients: [String: GradientRule] = Dictionary(
        uniqueKeysWithValues: [
            // Sources
            "Constant", "ConstantOfShape", "EyeLike", "Range", "Bernoulli", "Multinomial",
            "RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike",
            "BlackmanWindow", "HammingWindow", "HannWindow", "MelWeightMatrix",
            // Shapes and positions
            "Shape", "Size", "ArgMax", "ArgMin", "NonZero", "NonMaxSuppression", "SequenceLength", "OptionalHasElement",
            // Predicates
            "Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual", "And", "Or", "Xor", "Not", "IsInf", "IsNaN",
            // Strings and bytes
            "ImageDecoder", "RegexFullMatch", "StringConcat", "StringNormalizer", "StringSplit", "TfIdfVectorizer",
            // Integers
            "ConvInteger", "MatMulInteger", "BitShift", "BitwiseAnd", "BitwiseNot", "BitwiseOr", "BitwiseXor",
            // Steps
            "Ceil", "Floor", "Hardmax", "Round", "Sign",
        ].map { ($0, .zero) })
}
