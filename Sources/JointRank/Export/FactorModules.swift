internal import Files
internal import Digests
internal import GraphRewriting
internal import LowRank
internal import ONNXModel
internal import Reporting
internal import Tensors

/// The PyTorch modules that take the place of a factored layer.
struct FactorModules {
    private(set) var tensors: NamedTensors
    private let written: WrittenFactors
    private let sources: FactoredSources
    private let first: String
    private let inputs: String?
    /// Biases that have a name already, by the value that they come from.
    private var biases: [String: String] = [:]
    /// The whole second factor, once it has a name.
    private var second: String?

    private var layer: Layer { written.layer }

    init(_ written: WrittenFactors, _ sources: FactoredSources, adding tensors: NamedTensors) {
        var tensors = tensors
        inputs = written.inputs.map { tensors.add($0, as: "\(written.layer.name).inputs.weight") }
        first = tensors.add(written.first, as: "\(written.layer.name).first.weight")
        (self.written, self.sources, self.tensors) = (written, sources, tensors)
    }

    /// The layer's entry in the map; its tensors join the others.
    mutating func entry() throws -> FactorMap.Layer {
        let parameters = FactorMap.Parameters(
            dense: layer.weightParameters, stored: written.storedParameters,
            exported: [written.inputs, written.first, written.second].reduce(0) { $0 + ($1?.elementCount ?? 0) })
        var uses: [FactorMap.Use] = []
        for use in layer.uses {
            var row = 0
            for (output, node) in sources.nodes(of: use) {
                guard let weight = try AppliedWeight(of: node, use.kind, in: sources.index) else {
                    throw JointRankError(.badInput, "the original's node of \(output.quoted) has no constant weight")
                }
                let rows = row..<row + weight.tensor.shape[use.kind == .embedding ? 1 : 0]
                row = rows.upperBound
                uses.append(try self.use(use, output: output, node, weight, rows: rows))
            }
        }
        return FactorMap.Layer(
            name: layer.name, form: written.record.form.rawValue, scheme: written.record.scheme.rawValue, rank: written.record.rank,
            groups: layer.groups, dtype: "\(written.first.elementType)", parameters: parameters, uses: uses)
    }

    /// - Parameter rows: the outputs of the layer that the node computes; all of them but for products that became one.
    private mutating func use(
        _ use: LayerUse, output: String, _ node: NodeProto, _ weight: AppliedWeight, rows: Range<Int>
    ) throws -> FactorMap.Use {
        let addend = try Addend(of: node, use.kind, output: output, outputs: rows.count, in: sources.index)
        let bias = addend?.vector.map { vector in name(of: vector, from: "\(addend?.name ?? "")/\(rows.count)") }
        let modules =
            try use.kind == .convolution
            ? convolutions(use, node, bias: bias)
            : products(use, scale: Double(node.float("alpha") ?? 1), rows: rows, bias: bias)
        let isLeft = use.kind == .matMulLeft
        let spatialAxes = use.kind == .convolution ? layer.weightShape.count - 1 : nil
        return FactorMap.Use(
            node: node.name, op: node.opType, output: output,
            weight: FactorMap.Weight(name: weight.name, shape: weight.tensor.shape, sha256: FactorModules.digest(of: weight.tensor)),
            inputAxis: spatialAxes.map { -$0 } ?? (isLeft || node.int("transA") == 1 ? -2 : -1),
            outputAxis: spatialAxes.map { -$0 } ?? (isLeft ? -2 : -1),
            addend: addend?.vector == nil ? addend?.name : nil, modules: modules)
    }

    /// Two products, the first of which may pick from a table: y = outer (inner x).
    private mutating func products(
        _ use: LayerUse, scale: Double, rows: Range<Int>, bias: FactorMap.TensorReference?
    ) throws -> [FactorMap.Module] {
        let isTable = layer.kind == .embedding
        var inner = FactorMap.TensorReference(tensor: first, transposed: isTable)
        var outer = FactorMap.TensorReference(tensor: "", transposed: use.isTransposed && !isTable)
        if use.isTransposed { inner = FactorMap.TensorReference(tensor: try secondName(), transposed: true) }
        if scale != 1 {
            // Only a Gemm has one, and PyTorch's exporter never does.
            let factor = use.isTransposed ? written.first : try written.second.rows(rows)
            let scaled = try Tensor(
                elementType: factor.elementType, shape: factor.shape, rounding: (factor.floatingPointElements ?? []).map { scale * $0 })
            outer.tensor = tensors.add(scaled, as: "\(layer.name).scaled.weight")
        } else {
            outer.tensor = try use.isTransposed ? first : secondName(rows)
        }
        if use.kind == .embedding { inner.transposed.toggle() }
        return [
            FactorMap.Module(type: use.kind == .embedding ? "Embedding" : "Linear", weight: inner),
            FactorMap.Module(type: "Linear", weight: outer, bias: bias),
        ]
    }

    /// - Parameter rows: of the second factor; nil for all, which get one name whoever asks.
    private mutating func secondName(_ rows: Range<Int>? = nil) throws -> String {
        let hint = "\(layer.name).second.weight"
        if let rows, rows.count < layer.rows { return tensors.add(try written.second.rows(rows), as: hint) }
        let name = second ?? tensors.add(written.second, as: hint)
        second = name
        return name
    }

    private mutating func convolutions(
        _ use: LayerUse, _ node: NodeProto, bias: FactorMap.TensorReference?
    ) throws -> [FactorMap.Module] {
        let geometry = ConvolutionModules(node, window: use.window, groups: layer.groups, spatialAxes: layer.weightShape.count - 2)
        let second = FactorMap.TensorReference(tensor: try secondName())
        let first = FactorMap.TensorReference(tensor: first)
        let combinations = inputs.map { geometry.modules(along: [], weight: FactorMap.TensorReference(tensor: $0), bias: nil) } ?? []
        let axes = Array(0..<layer.weightShape.count - 2)
        let isSpatial = layer.scheme == .spatial
        return combinations + geometry.modules(along: isSpatial ? [0] : axes, weight: first, bias: nil)
            + geometry.modules(along: isSpatial ? [1] : [], weight: second, bias: bias)
    }

    private mutating func name(of bias: Tensor, from source: String) -> FactorMap.TensorReference {
        let name = biases[source] ?? tensors.add(bias, as: "\(layer.name).bias")
        biases[source] = name
        return FactorMap.TensorReference(tensor: name)
    }

    private static func digest(of tensor: Tensor) -> String {
        var digest = SHA256()
        digest.update(tensor.bytes)
        return digest.finish()
    }
}

extension Tensor {
    /// Some of a matrix's rows.
    fileprivate func rows(_ rows: Range<Int>) throws -> Tensor {
        let width = bytes.count / max(shape[0], 1)
        return try Tensor(
            elementType: elementType, shape: [rows.count] + shape.dropFirst(),
            bytes: Array(bytes[rows.lowerBound * width..<rows.upperBound * width]))
    }
}
