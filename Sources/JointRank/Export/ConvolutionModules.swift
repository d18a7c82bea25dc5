internal import GraphRewriting
internal import ONNXModel
internal import Reporting

/// The modules of a convolution that moves as a node does, along some of its axes.
struct ConvolutionModules {
    let node: NodeProto
    /// nil where the pads depend on the input's size.
    let window: ConvolutionWindow?
    let groups: Int
    let spatialAxes: Int

    init(_ node: NodeProto, window: ConvolutionWindow?, groups: Int, spatialAxes: Int) {
        (self.node, self.window, self.groups, self.spatialAxes) = (node, window, groups, spatialAxes)
    }

    /// The convolution, behind padding of its own where PyTorch's cannot be as the node's: other pads before than after.
    ///
    /// - Parameter axes: the kernel has length 1 along the others, and stands still at every place there.
    func modules(
        along axes: [Int], weight: FactorMap.TensorReference, bias: FactorMap.TensorReference?
    ) -> [FactorMap.Module] {
        func along(_ values: [Int]?, otherwise other: Int) -> [Int] {
            (0..<spatialAxes).map { axis in
                guard axes.contains(axis), let values, values.indices.contains(axis) else { return other }
                return values[axis]
            }
        }
        var convolution = FactorMap.Module(
            type: "Conv\(spatialAxes)d", weight: weight, bias: bias,
            stride: along(window?.strides ?? node.ints("strides"), otherwise: 1),
            dilation: along(window?.dilations ?? node.ints("dilations"), otherwise: 1), groups: groups)
        guard let window else {
            if axes.isEmpty { convolution.padding = along(nil, otherwise: 0) } else { convolution.autoPad = node.string("auto_pad") }
            return [convolution]
        }
        let (before, after) = (along(window.padsBefore, otherwise: 0), along(window.padsAfter, otherwise: 0))
        guard before != after else {
            convolution.padding = before
            return [convolution]
        }
        convolution.padding = along(nil, otherwise: 0)
        let pads = (0..<spatialAxes).reversed().flatMap { [before[$0], after[$0]] }
        return [FactorMap.Module(type: "ZeroPad\(spatialAxes)d", padding: pads), convolution]
    }
}
