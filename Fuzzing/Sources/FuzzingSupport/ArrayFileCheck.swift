internal import Datasets
internal import Tensors

/// Reads everything that an array file holds, as a whole and sample by sample.
///
/// - Returns: whether the file could be opened.
@discardableResult
package func readArrays(at path: String) -> Bool {
    do throws(DatasetError) {
        let file = try ArrayFile(path: path)
        for name in file.arrayNames { check(name, in: file) }
        let data = try Dataset(path: path)
        let parts = try data.split(counts: [1], seed: 0)
        _ = try parts[0].batch([0])
        return true
    } catch {
        checkMessage(error)
        return false
    }
}

private func check(_ name: String, in file: ArrayFile) {
    do throws(DatasetError) {
        let array = try file.array(named: name)
        let tensor = try array.tensor()
        guard let count = array.sampleCount, count > 0 else { return }
        let first = try array.rows(at: [0])
        precondition(tensor.bytes.starts(with: first.bytes), "the first sample of \(name) differs")
    } catch {
        checkMessage(error)
    }
}

/// What an error says is one line and not empty, whatever names a file has.
package func checkMessage(_ error: some Error) {
    let text = "\(error)"
    precondition(!text.isEmpty && !text.contains { $0.isNewline }, "a message is not one line: \(text)")
}
