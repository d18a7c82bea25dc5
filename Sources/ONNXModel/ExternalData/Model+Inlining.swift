internal import Foundation

extension Model {
    /// Whether all tensors' elements are in the model, and none in a file.
    package var isInMemory: Bool { !hasTensor { $0.isExternal } }

    /// Whether the model is not to be held twice: some of it is not in memory at all, or its initializers take more than
    /// ``largestInMemory`` bytes.
    package var isLarge: Bool { !isInMemory || initializerBytes > Model.largestInMemory }

    /// Whether memory matters more than time: the initializers take more than 1 GiB.
    package var isHuge: Bool { initializerBytes > 1 << 30 }

    /// Bytes that the main graph's initializers take, wherever they are; those that are broken count as nothing.
    private var initializerBytes: Int {
        proto.graph.initializer.reduce(0) { sum, tensor in
            let bytes = tensor.isExternal ? (try? tensor.rawByteCount()) ?? 0 : tensor.rawData.count
            return sum.addingReportingOverflow(bytes).partialValue
        }
    }

    /// Whether any tensor's elements lie in a file beside that of the model.
    package var hasExternalData: Bool { hasTensor { $0.isExternal && !(hasWeightsInOrigin && $0.isInOwnFile) } }

    private func hasTensor(where condition: (TensorProto) -> Bool) -> Bool {
        var found = false
        proto.forEachTensor { tensor in if condition(tensor) { found = true } }
        return found
    }

    /// Bytes of the file and of the external data that belongs to it; of a changed model, about as many as it would take.
    package var byteCount: Int {
        get throws(ModelError) {
            var isUnchanged = false
            var total: Int
            if case .origin(let byteCount) = source { (total, isUnchanged) = (byteCount, true) } else { total = try serialized().count }
            try proto.forEachTensor { tensor throws(ModelError) in
                guard tensor.isExternal, !(isUnchanged && tensor.isInOwnFile) else { return }
                let (sum, overflow) = total.addingReportingOverflow(try ExternalData(tensor).byteCount)
                guard !overflow else { throw tensor.invalid("it and the tensors before it take more bytes than can be counted") }
                total = sum
            }
            return total
        }
    }

    /// The model with its external data read into it where all of it takes at most `limit` bytes; else as it is, with the data outside.
    ///
    /// Data that stay outside will be read by the runtime, which opens the files again by their paths. They are held to the same rules
    /// here: inside the folder, no links, long enough.
    package func inliningExternalData(upTo limit: Int) throws(ModelError) -> Model {
        if try byteCount <= limit { return try inliningExternalData() }
        try proto.forEachTensor { tensor throws(ModelError) in
            if tensor.isExternal { _ = try ExternalData(tensor).open(in: files) }
        }
        return self
    }

    /// The model with all external data read into it, as a runtime wants it that is given bytes without a folder.
    ///
    /// - Throws: ``ModelError/tooLarge`` where it would pass 2 GiB, before anything is read; otherwise what is wrong with the
    ///   external data.
    package func inliningExternalData() throws(ModelError) -> Model {
        var total = 0
        try proto.forEachTensor { tensor throws(ModelError) in
            let count = tensor.isExternal ? try ExternalData(tensor).byteCount : tensor.rawData.count
            let (sum, overflow) = total.addingReportingOverflow(count)
            guard !overflow, sum < Int32.max else { throw .tooLarge }
            total = sum
        }
        let inlined = try proto.changingTensors { tensor throws(ModelError) in
            tensor.isExternal ? try tensor.inlined(from: files) : nil
        }
        guard let inlined else { return self }
        var model = self
        model.proto = inlined
        return model
    }
}

extension TensorProto {
    /// The tensor with its external data in it.
    func inlined(from files: TensorFiles) throws(ModelError) -> TensorProto {
        var inline = self
        inline.rawData = try Data(ExternalData(self).bytes(in: files))
        inline.externalData = []
        inline.clearDataLocation()
        return inline
    }
}
