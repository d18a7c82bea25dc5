internal import Files
internal import Foundation
internal import SystemPackage

extension Model {
    /// Writes the model to a file, which appears complete or not at all.
    ///
    /// Tensors with external data get it copied into `<file name>.data` beside the file, a path that nothing in the model decides;
    /// all others stay in the file. Only where that would pass 2 GiB, stored tensors of more than a kilobyte move out as well.
    /// Never writes over a file that the model was read from, nor through a symbolic link.
    ///
    /// - Parameter overwrite: whether an existing file may be replaced.
    /// - Throws: ``ModelError/cannotWrite(path:reason:)``; errors of external data that cannot be read.
    package func save(to path: String, overwrite: Bool = true) throws(ModelError) {
        try checkTarget(path, overwrite: overwrite)
        if hasExternalData { return try saveWithExternalData(to: path, inlineLimit: .max, overwrite: overwrite) }
        do {
            var file = try ModelError.writing(OutputFile(path))
            try write(to: &file)
            try ModelError.writing(file.commit())
        } catch .tooLarge {
            try saveWithExternalData(to: path, inlineLimit: 1024, overwrite: overwrite)
        }
    }

    /// Checks that ``save(to:overwrite:)`` may write to a path, before long work whose result would go there: the path is none of
    /// the model's own files, and its folder can be written to.
    ///
    /// - Throws: ``ModelError/cannotWrite(path:reason:)``.
    package func checkDestination(_ path: String, overwrite: Bool = true) throws(ModelError) {
        try checkTarget(path, overwrite: overwrite)
        if hasExternalData { try checkTarget(path + ".data", overwrite: overwrite) }
        _ = try ModelError.writing(OutputFile(path))
    }

    /// Writes the model, and the external data beside it.
    ///
    /// - Parameter inlineLimit: stored tensors of at least this many bytes become external.
    func saveWithExternalData(to path: String, inlineLimit: Int, overwrite: Bool) throws(ModelError) {
        let dataPath = path + ".data"
        try checkTarget(dataPath, overwrite: overwrite)
        try checkOverlap()
        let isNew = try ModelError.writing(Stat(at: dataPath, followingLinks: false)) == nil
        var writer = try ExternalDataWriter(path: dataPath, files: files, inlineLimit: inlineLimit)
        let moved = try proto.changingTensors { tensor throws(ModelError) in try writer.moved(tensor) }
        try ModelError.writing(writer.file.synchronize())
        var file = try ModelError.writing(OutputFile(path))
        try write(moved ?? proto, to: &file)
        try ModelError.writing(file.synchronize())
        try ModelError.writing(writer.file.commit())
        do {
            try ModelError.writing(file.commit())
        } catch {
            if isNew { unlink(dataPath) }
            throw error
        }
    }

    /// Checks that a path may be written to at all, before any work is done for it.
    private func checkTarget(_ path: String, overwrite: Bool) throws(ModelError) {
        func refuse(_ reason: String) -> ModelError { .cannotWrite(path: path, reason: reason) }
        guard !path.isEmpty, !path.utf8.contains(0) else { throw refuse("this is not a possible path") }
        guard !path.hasSuffix("/") else { throw refuse("this names a folder") }
        guard let own = try ModelError.writing(Stat(at: path, followingLinks: false)) else { return }
        if let file = try ModelError.writing(Stat(at: path))?.identity, isInput(file) {
            throw refuse("the model was read from this file")
        }
        guard own.type != .symbolicLink else { throw refuse("it is a symbolic link") }
        guard own.type == .regular else { throw refuse("it is a folder or a device, not a file") }
        guard overwrite else { throw refuse("the file exists") }
    }

    /// Whether the model, or external data of it, was read from this file.
    private func isInput(_ file: FileIdentity) -> Bool {
        // The path may lead to another file by now, which is to be spared as well.
        if let origin, file == origin.identity || file == FileIdentity(of: origin.path) { return true }
        return externalFiles.contains { FileIdentity(of: $0) == file }
    }

    /// Paths of the files that hold the model's external data as it was read, in order.
    package var externalFiles: [String] {
        guard let folder else { return [] }
        return originalLocations.compactMap { location in
            (try? ContainedFile.components(of: location)).map { FilePath(folder).appending($0).string }
        }.sorted()
    }

    /// Checks that external tensors do not add up to more than the files that they are in: a small model could otherwise fill the disk, or the
    /// memory, with copies of overlapping pieces of one file.
    func checkOverlap() throws(ModelError) {
        var seen: Set<ExternalData.Range> = []
        var room: [FileIdentity: Int] = [:]
        try proto.forEachTensor { tensor throws(ModelError) in
            guard tensor.isExternal else { return }
            let data = try ExternalData(tensor)
            guard seen.insert(data.range).inserted else { return }
            let file = try data.open(in: files).file
            let rest = room[file.status.identity, default: file.byteCount] - data.byteCount
            guard rest >= 0 else { throw data.error("it overlaps with other tensors' data") }
            room[file.status.identity] = rest
        }
    }
}
