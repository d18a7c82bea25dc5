internal import CFuzzer
internal import FuzzingSupport

private let file = InputFile(suffix: ".npz")

/// Archives of arrays.
@_cdecl("FuzzNPZ_main")
public func start(_ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> CInt {
    var (count, arguments) = (count, arguments)
    return LLVMFuzzerRunDriver(&count, &arguments) { bytes, count in
        file.replaceContent(by: UnsafeRawBufferPointer(start: bytes, count: count))
        readArrays(at: file.path)
        return 0
    }
}
