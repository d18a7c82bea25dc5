internal import CFuzzer
internal import FuzzingSupport

private let file = InputFile(suffix: ".safetensors")

/// Tensors behind a JSON header.
@_cdecl("FuzzSafetensors_main")
public func start(_ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> CInt {
    var (count, arguments) = (count, arguments)
    return LLVMFuzzerRunDriver(&count, &arguments) { bytes, count in
        file.replaceContent(by: UnsafeRawBufferPointer(start: bytes, count: count))
        readArrays(at: file.path)
        return 0
    }
}
