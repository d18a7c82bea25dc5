internal import Files

extension ModelError {
    /// Does something with a file that is read.
    static func reading<Value: ~Copyable>(_ operation: @autoclosure () throws(FileError) -> Value) throws(ModelError) -> Value {
        do {
            return try operation()
        } catch {
            throw error.isMissing ? .notFound(path: error.path) : .unreadable(path: error.path, reason: error.reason)
        }
    }

    /// Does something with a file that is written.
    static func writing<Value: ~Copyable>(_ operation: @autoclosure () throws(FileError) -> Value) throws(ModelError) -> Value {
        do { return try operation() } catch { throw .cannotWrite(path: error.path, reason: error.reason) }
    }
}
