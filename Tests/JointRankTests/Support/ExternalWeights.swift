import Foundation
import ONNXModel

extension Model {
    /// The model with the data of its initializers in another file, and that file's content.
    func movingWeights(to location: String) throws -> (model: Model, data: Data) {
        var model = self
        var data = Data()
        for index in model.proto.graph.initializer.indices {
            let bytes = model.proto.graph.initializer[index].rawData
            let entries = [("location", location), ("offset", "\(data.count)"), ("length", "\(bytes.count)")]
            model.proto.graph.initializer[index].clearRawData()
            model.proto.graph.initializer[index].dataLocation = .external
            model.proto.graph.initializer[index].externalData = entries.map { key, value in
                var entry = StringStringEntryProto()
                entry.key = key
                entry.value = value
                return entry
            }
            data += bytes
        }
        return (model, data)
    }
}
