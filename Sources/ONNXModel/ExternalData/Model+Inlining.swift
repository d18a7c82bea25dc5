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
                guard tensor.isExternal else { return }
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
            if tensor.isExternal { _ = try ExternalData(tensor).open(in: folder) }
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
