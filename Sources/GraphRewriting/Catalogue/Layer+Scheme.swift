package import LowRank

extension Layer {
    /// This layer with its weight as matrices by another scheme; nil where the scheme does not apply.
    ///
    /// ``FactorizationScheme/spatial`` asks for two spatial axes, a kernel longer than 1 along both, and pads that are known: one of the two
    /// convolutions gets those of the first axis, the other those of the second. ``FactorizationScheme/tucker`` asks for a kernel of more than
    /// one place and for groups of more than one input channel.
    package func viewed(as scheme: FactorizationScheme) -> Layer? {
        if scheme == self.scheme { return self }
        guard kind == .convolution else { return nil }
        let kernel = Array(weightShape[2...])
        let whole = WeightLayout.convolution(groups: groups, rows: weightShape[0] / groups, channels: weightShape[1], kernel: kernel)
        switch scheme {
        case .channels:
            return replacing(.channels, whole)
        case .tucker:
            guard weightShape[1] > 1, kernel.contains(where: { $0 > 1 }) else { return nil }
            return replacing(.tucker, whole)
        case .spatial:
            guard kernel.count == 2, kernel[0] > 1, kernel[1] > 1, uses.allSatisfy({ $0.window != nil }) else { return nil }
            return replacing(
                .spatial,
                .spatial(groups: groups, outputs: weightShape[0] / groups, channels: weightShape[1], kernel: (kernel[0], kernel[1])))
        }
    }

    private func replacing(_ scheme: FactorizationScheme, _ layout: WeightLayout) -> Layer {
        Layer(
            name: name, kind: kind, weightName: weightName, weightShape: weightShape, elementType: elementType, scheme: scheme,
            layout: layout, uses: uses)
    }
}
