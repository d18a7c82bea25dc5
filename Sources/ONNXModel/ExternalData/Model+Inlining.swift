internal import Foundation

extension Model {
    /// Whether any tensor's elements lie outside the model.
    package var hasExternalData: Bool {
        var found = false
        proto.forEachTensor { tensor in if tensor.isExternal { found = true } }
        return found
    }

    /// Bytes of the file and of the external data that belongs to it.
    package var byteCount: Int {
        get throws(ModelError) {
            var total = try serialized().count
            try proto.forEachTensor { tensor throws(ModelError) in
                if tensor.isExternal { total = total.addingReportingOverflow(try ExternalData(tensor).byteCount).partialValue }
            }
            return total
        }
    }

    /// The model with its external data read into it where all of it takes at most `limit` bytes; else as it is, with the data outside.
    package func inliningExternalData(upTo limit: Int) throws(ModelError) -> Model {
        try byteCount <= limit ? inliningExternalData() : self
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
            guard tensor.isExternal else { return nil }
            var inline = tensor
            inline.rawData = try Data(ExternalData(tensor).bytes(in: folder))
            inline.externalData = []
            inline.clearDataLocation()
            return inline
        }
        guard let inlined else { return self }
        var model = self
        model.proto = inlined
        return model
    }
}
