internal import CFuzzer
internal import FuzzingSupport
internal import Recipes

private let file = InputFile(suffix: ".yaml")

/// Files of options.
@_cdecl("FuzzRecipe_main")
public func start(_ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> CInt {
    var (count, arguments) = (count, arguments)
    return LLVMFuzzerRunDriver(&count, &arguments) { bytes, count in
        file.replaceContent(by: UnsafeRawBufferPointer(start: bytes, count: count))
        read(count)
        return 0
    }
}

private func read(_ count: Int) {
    do {
        let options = try Recipe(path: file.path).options
        precondition(Set(options.map(\.name)).count == options.count, "an option stands there twice")
        // Aliases repeat what stands there once, but lists of lists are refused, so that they cannot multiply.
        let values = options.reduce(0) { $0 + $1.values.count }
        precondition(values <= (count + 1) * (count + 1), "there are more values than text")
    } catch {
        checkMessage(error)
    }
}
