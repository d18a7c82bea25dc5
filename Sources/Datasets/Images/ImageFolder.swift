internal import Files
internal import Foundation

/// A folder of images and what they show: a folder for each class, or a table `labels.csv` of files and labels.
///
/// Names that begin with a dot are left out. Images follow each other by the names of their classes and their own, as bytes compare.
struct ImageFolder: Sendable {
    /// Paths, one a sample.
    let files: [String]
    /// nil where none are wanted.
    let labels: StoredArray?

    /// The table's name.
    static let table = "labels.csv"

    /// - Throws: ``DatasetError`` where there are no images, or something else stands between them.
    init(_ folder: String, request: SampleRequest) throws(DatasetError) {
        let entries = try FolderListing(folder)
        let classes: ClassNames? = if let path = request.images.classes { try ClassNames(path: path) } else { nil }
        if entries.files.contains(ImageFolder.table) {
            let table = try LabelTable(path: folder + "/" + ImageFolder.table, request: request, classes: classes)
            files = table.files.map { folder + "/" + $0 }
            labels = table.labels
        } else if entries.folders.isEmpty, request.labels == nil {
            files = try entries.images()
            labels = nil
        } else {
            guard !entries.folders.isEmpty else {
                throw .badFile(
                    folder, reason: "it has neither a folder for each class nor a table \(ImageFolder.table) of files and labels")
            }
            guard request.labels == nil || request.labelsAreClasses else {
                throw .badSetting("a folder for each class gives classes; for other losses, \(ImageFolder.table) lists files and labels")
            }
            var files: [String] = []
            var numbers: [Double] = []
            for (position, name) in entries.folders.enumerated() {
                let number = try classes?.number(of: name, in: folder) ?? position
                let images = try FolderListing(folder + "/" + name).images()
                files += images
                numbers += images.map { _ in Double(number) }
            }
            self.files = files
            labels = try request.labels.map { name throws(DatasetError) in
                try NumberColumn(name: name, file: folder, rows: numbers.map { [$0] }).labels(areClasses: true)
            }
        }
    }
}

/// What lies in a folder, by name.
struct FolderListing {
    let path: String
    let folders: [String]
    let files: [String]

    init(_ path: String) throws(DatasetError) {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: path)
        } catch {
            throw .unreadableFile(path, reason: "its names cannot be listed")
        }
        var (folders, files): ([String], [String]) = ([], [])
        for name in names where !name.hasPrefix(".") {
            if (path + "/" + name).isFolder { folders.append(name) } else { files.append(name) }
        }
        self.path = path
        self.folders = folders.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        self.files = files.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// The paths of a folder that holds images alone. Anything else is refused, since a sample that is left out in silence changes a result.
    func images() throws(DatasetError) -> [String] {
        if let folder = folders.first { throw .badFile(path + "/" + folder, reason: "it is a folder where images are expected") }
        if let file = files.first(where: { !ImageFile.isImageName($0) }) {
            throw .badFile(path + "/" + file, reason: "it is neither .jpg, .jpeg nor .png, which is all that is read among images")
        }
        guard !files.isEmpty else { throw .badFile(path, reason: "it has no images") }
        return files.map { path + "/" + $0 }
    }
}
