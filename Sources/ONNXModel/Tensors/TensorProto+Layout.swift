package import Tensors

extension TensorProto {
    /// The name that messages use for the tensor.
    var label: String { name.isEmpty ? "(without a name)" : name }

    /// The shape for messages, of bounded length.
    var shapeText: String {
        "[\(dims.prefix(8).map(String.init).joined(separator: ", "))\(dims.count > 8 ? ", …" : "")]"
    }

    /// Whether the elements lie in a file, be it the model's own one.
    var isExternal: Bool { dataLocation == .external }

    /// Whether the elements were left in the model's own file.
    var isInOwnFile: Bool { isExternal && externalData.contains { $0.key == "location" && $0.value == ExternalData.ownFile } }

    func invalid(_ reason: String) -> ModelError { .invalidTensor(name: label, reason: reason) }

    /// The lengths of the axes.
    ///
    /// - Throws: where one is negative.
    func shape() throws(ModelError) -> [Int] {
        guard dims.allSatisfy({ $0 >= 0 }) else { throw invalid("its shape \(shapeText) has a negative length") }
        return dims.map(Int.init)
    }

    /// The number of elements that the shape asks for.
    ///
    /// - Throws: where the shape is impossible.
    package func elementCount() throws(ModelError) -> Int {
        var count = 1
        for axis in try shape() {
            let (product, overflow) = count.multipliedReportingOverflow(by: axis)
            guard !overflow else { throw invalid("its shape \(shapeText) has more elements than can be counted") }
            count = product
        }
        return count
    }

    /// The bytes that the elements take as `raw_data` or external data.
    ///
    /// - Throws: where the shape is impossible, and for strings, which have no such form.
    func rawByteCount() throws(ModelError) -> Int {
        guard let bits = ElementFormat.bitCount(dataType) else {
            throw invalid("elements of type \(ElementFormat.name(dataType)) cannot be stored as raw bytes")
        }
        let (product, overflow) = try elementCount().multipliedReportingOverflow(by: bits)
        guard !overflow, product <= Int.max - 7 else { throw invalid("its shape \(shapeText) takes more bytes than can be counted") }
        return (product + 7) / 8
    }

    /// The element type, where ``Tensor`` has it.
    package var elementType: ElementType? { ElementType(rawValue: dataType) }
}
