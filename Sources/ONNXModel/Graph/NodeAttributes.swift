internal import Foundation
internal import SwiftProtobuf
package import Tensors

// Reading and making node attributes by name, with the specification's defaults at the place of use.

extension NodeProto {
    package func attributeProto(_ name: String) -> AttributeProto? {
        attribute.first { $0.name == name }
    }

    package func int(_ name: String) -> Int? {
        attributeProto(name).map { Int($0.i) }
    }

    package func ints(_ name: String) -> [Int]? {
        attributeProto(name).map { $0.ints.map(Int.init) }
    }

    package func float(_ name: String) -> Float? {
        attributeProto(name).map(\.f)
    }

    package func string(_ name: String) -> String? {
        attributeProto(name).map { String(decoding: $0.s, as: UTF8.self) }
    }

    /// The name of input `index`, or nil where an optional input is left out.
    package func optionalInput(_ index: Int) -> String? {
        guard input.indices.contains(index), !input[index].isEmpty else { return nil }
        return input[index]
    }

    /// The name of output `index`, or nil where an optional output is left out.
    package func optionalOutput(_ index: Int) -> String? {
        guard output.indices.contains(index), !output[index].isEmpty else { return nil }
        return output[index]
    }

    /// The operator with its domain where that is not the default one: `Conv`, `com.microsoft.FusedMatMul`.
    package var qualifiedOperator: String {
        domain.isEmpty || domain == "ai.onnx" ? opType : "\(domain).\(opType)"
    }
}

extension AttributeProto {
    package static func int(_ name: String, _ value: Int) -> AttributeProto {
        .with {
            $0.name = name
            $0.type = .int
            $0.i = Int64(value)
        }
    }

    package static func ints(_ name: String, _ values: [Int]) -> AttributeProto {
        .with {
            $0.name = name
            $0.type = .ints
            $0.ints = values.map(Int64.init)
        }
    }

    package static func float(_ name: String, _ value: Float) -> AttributeProto {
        .with {
            $0.name = name
            $0.type = .float
            $0.f = value
        }
    }

    package static func string(_ name: String, _ value: String) -> AttributeProto {
        .with {
            $0.name = name
            $0.type = .string
            $0.s = .init(value.utf8)
        }
    }

    package static func tensor(_ name: String, _ value: Tensor) -> AttributeProto {
        .with {
            $0.name = name
            $0.type = .tensor
            $0.t = TensorProto(name: "", value)
        }
    }
}
