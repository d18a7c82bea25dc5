// The generated messages under the names that the ONNX specification gives them.

package typealias ModelProto = Onnx_ModelProto
package typealias GraphProto = Onnx_GraphProto
package typealias NodeProto = Onnx_NodeProto
package typealias AttributeProto = Onnx_AttributeProto
package typealias TensorProto = Onnx_TensorProto
package typealias ValueInfoProto = Onnx_ValueInfoProto
package typealias FunctionProto = Onnx_FunctionProto
package typealias OperatorSetIdProto = Onnx_OperatorSetIdProto
package typealias SparseTensorProto = Onnx_SparseTensorProto
package typealias TrainingInfoProto = Onnx_TrainingInfoProto
package typealias StringStringEntryProto = Onnx_StringStringEntryProto
package typealias TypeProto = Onnx_TypeProto
package typealias TensorShapeProto = Onnx_TensorShapeProto
