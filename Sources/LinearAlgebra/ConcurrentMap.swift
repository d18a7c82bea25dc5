internal import Dispatch
internal import Synchronization

/// The results of `body` for 0..<count, in this order, computed by at most `threads` threads at a time.
///
/// Numbers are handed out in ascending order. After an error no further ones are, and the error of the lowest number that failed
/// is thrown, so it does not depend on timing.
///
/// - Throws: what `body` throws.
package func concurrentMap<Element: Sendable, Failure: Error>(
    count: Int, threads: Int, _ body: @Sendable (Int) throws(Failure) -> Element
) throws(Failure) -> [Element] {
    let progress = Mutex(Progress<Element, Failure>(results: [Element?](repeating: nil, count: max(count, 0))))
    DispatchQueue.concurrentPerform(iterations: max(min(threads, count), min(count, 1))) { _ in
        while true {
            let index = progress.withLock { progress -> Int? in
                guard progress.failure == nil, progress.next < count else { return nil }
                defer { progress.next += 1 }
                return progress.next
            }
            guard let index else { return }
            do throws(Failure) {
                let result = try body(index)
                progress.withLock { $0.results[index] = result }
            } catch {
                progress.withLock { progress in
                    if progress.failure.map({ index < $0.index }) ?? true { progress.failure = (index, error) }
                }
            }
        }
    }
    let (failure, results) = progress.withLock { ($0.failure, $0.results) }
    if let failure { throw failure.error }
    return results.compactMap(\.self)
}

private struct Progress<Element, Failure: Error> {
    var next = 0
    var failure: (index: Int, error: Failure)?
    var results: [Element?]
}
