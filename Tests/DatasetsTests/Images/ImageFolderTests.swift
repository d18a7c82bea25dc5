import Foundation
import Tensors
import TestSupport
import Testing

@testable import Datasets

@Suite("Folders of images")
struct ImageFolderTests {
    private let folder = try? TemporaryFolder()

    private func request(
        shape: [Int?] = [nil, 1, 2, 2], labels: String? = "labels", areClasses: Bool = true, images: ImagePreparation = ImagePreparation()
    ) -> SampleRequest {
        SampleRequest(
            inputs: [WantedInput(name: "image", elementType: .float32, shape: shape)], labels: labels, labelsAreClasses: areClasses,
            images: images)
    }

    /// Gray images of 2 x 2 equal values, named by path.
    private func write(_ images: [String: UInt8]) throws {
        let folder = try #require(folder)
        for (path, value) in images {
            let parent = (folder.file(path) as NSString).deletingLastPathComponent
            try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
            _ = try folder.write(pngImage(width: 2, height: 2, gray: [UInt8](repeating: value, count: 4)), to: path)
        }
    }

    private func opened(_ request: SampleRequest) throws -> (values: [UInt8], labels: [Int]) {
        let dataset = try OpenedSamples(path: #require(folder).path, request: request).dataset
        let all = Array(0..<dataset.sampleCount)
        let images = try #require(try dataset.batch(all)["image"])
        #expect(images.shape == [all.count, 1, 2, 2])
        return (all.map { images.bytes[$0 * 4] }, request.labels == nil ? [] : try dataset.labels().values(all))
    }

    private func expect(_ message: String, _ request: SampleRequest, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(sourceLocation: sourceLocation) { try opened(request) } throws: { error in
            let isIn = "\(error)".contains(message)
            if !isIn { Issue.record("\(error)", sourceLocation: sourceLocation) }
            return isIn
        }
    }

    @Test("Classes are numbered by name, images follow each other by name, and hidden files are left out")
    func classFolders() throws {
        try write(["cat/b.PNG": 2, "cat/a.png": 1, "ant/z.png": 3, "Bee/q.png": 4])
        _ = try #require(folder).write([1], to: "cat/.hidden")
        _ = try #require(folder).write([1], to: "README")
        let (values, labels) = try opened(request())
        #expect(values == [4, 3, 1, 2])
        #expect(labels == [0, 1, 2, 2])
        _ = try #require(folder).write(Array("cat\nant\nBee\ndog\n".utf8), to: ".classes")
        let listed = try opened(request(images: ImagePreparation(classes: #require(folder).file(".classes"))))
        #expect(listed.labels == [2, 1, 0, 0])
    }

    @Test("A table names files and labels, with a header or without")
    func table() throws {
        try write(["a.png": 1, "sub/b.png": 2])
        let folder = try #require(folder)
        for text in [
            "sub/b.png,7\na.png,3\n", "file,label\r\nsub/b.png,7\r\na.png,3", "label, file ,more\n7,\"sub/b.png\",x\n\n3,a.png,\n",
        ] {
            _ = try folder.write(Array(text.utf8), to: "labels.csv")
            let (values, labels) = try opened(request())
            #expect(values == [2, 1] && labels == [7, 3], "\(text)")
        }
        _ = try folder.write(Array("a.png,ant\nsub/b.png,cat\n".utf8), to: "labels.csv")
        _ = try folder.write(Array("cat\nant".utf8), to: "classes.txt")
        #expect(try opened(request(images: ImagePreparation(classes: folder.file("classes.txt")))).labels == [1, 0])
        // Values, several a sample.
        _ = try folder.write(Array("a.png,0.5 -1\nsub/b.png,2 3e2\n".utf8), to: "labels.csv")
        let dataset = try OpenedSamples(path: folder.path, request: request(areClasses: false)).dataset
        #expect(try dataset.array(named: "labels").tensor() == Tensor(shape: [2, 2], [0.5, -1, 2, 300] as [Float]))
    }

    @Test("Tables that are none")
    func badTables() throws {
        try write(["a.png": 1])
        func expect(_ text: String, _ message: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
            _ = try #require(folder).write(Array(text.utf8), to: "labels.csv")
            self.expect(message, request(), sourceLocation: sourceLocation)
        }
        try expect("", "it has no rows")
        try expect("file,label\n", "it lists no images")
        try expect("a.png,1,2\n", "it has 3 columns and no header")
        try expect("a.png,1\na.png\n", "row 2 has 1 cells where row 1 has 2")
        try expect("a.png,\"1\n", "a quotation mark is not closed")
        try expect("a.png,1\n\"a\"b\",\"1\n", "row 2 is not quoted as CSV")
        try expect("a.png,cat\n", "array 'labels', sample 0: 'cat' is no number")
        try expect("a.png,1.5\n", "array 'labels', sample 0: 1.5 is no integer")
        try expect("a.png,1\nb.png,1\n", "b.png': no such file")
        try expect("../a.png,1\n", "row 1: '../a.png' is no file of the table's own folder")
        try expect("/etc/passwd,1\n", "is no file of the table's own folder")
        _ = try #require(folder).write([0x61, 0xFF, 0x0A], to: "labels.csv")
        self.expect("it is no text in UTF-8", request())
    }

    @Test("Folders that are none")
    func badFolders() throws {
        expect("it has neither a folder for each class nor a table labels.csv", request())
        try write(["cat/a.png": 1])
        let folder = try #require(folder)
        expect("a folder for each class gives classes", request(areClasses: false))
        _ = try folder.write(Array("cat\n\ndog\n".utf8), to: "names")
        expect("line 2 is empty", request(images: ImagePreparation(classes: folder.file("names"))))
        _ = try folder.write(Array("dog\n".utf8), to: "names")
        expect("the class 'cat' is not among those of", request(images: ImagePreparation(classes: folder.file("names"))))
        _ = try folder.write([1], to: "cat/notes.txt")
        expect("cat/notes.txt': it is neither .jpg, .jpeg nor .png", request())
        try FileManager.default.removeItem(atPath: folder.file("cat/notes.txt"))
        try write(["cat/deeper/a.png": 1])
        expect("cat/deeper': it is a folder where images are expected", request())
        try FileManager.default.removeItem(atPath: folder.file("cat/deeper"))
        try FileManager.default.createDirectory(atPath: folder.file("empty"), withIntermediateDirectories: true)
        expect("empty': it has no images", request())
    }

    @Test("Without labels, images may lie side by side")
    func unlabelled() throws {
        try write(["b.png": 2, "a.png": 1])
        #expect(try opened(request(labels: nil)).values == [1, 2])
    }

    @Test("Sizes that are not the model's, with the options that would help")
    func sizes() throws {
        try write(["x/a.png": 1])
        let folder = try #require(folder)
        _ = try folder.write(pngImage(width: 3, height: 2, gray: [UInt8](repeating: 9, count: 6)), to: "x/b.png")
        expect("x/b.png': it is 3x2 pixels large once it is resized", request())
        expect("--resize 2 --crop 2 makes every image fit", request())
        #expect(try opened(request(images: ImagePreparation(resize: .init(height: 2), crop: .init(height: 2)))).values == [1, 9])
        expect("--resize 2x4 makes every image fit", request(shape: [nil, 1, 2, 4]))
        expect("where '\(folder.path)/x/a.png' is 2x2; --resize and --crop make them equal", request(shape: [nil, 1, nil, nil]))
        expect("has 2 axes where images need 4", request(shape: [nil, 5]))
        expect(
            "takes 4 channels, but images have 1 or 3", request(shape: [nil, 4, 2, 2], images: ImagePreparation(layout: .channelsFirst)))
        expect("--layout nchw or nhwc does", request(shape: [nil, nil, 2, 2]))
    }

    @Test("Axes are in the model's order, or in the one that was asked for")
    func layouts() throws {
        let image = PixelImage(width: 2, height: 1, channels: 3, bytes: [1, 2, 3, 4, 5, 6])
        func values(_ shape: [Int?], _ layout: ImagePreparation.Layout? = nil, isBlueFirst: Bool = false) throws -> ([Int], [UInt8]) {
            let input = try ImageInput(of: [WantedInput(name: "x", elementType: .uint8, shape: shape)], for: "folder", layout: layout)
            return (input.shape(count: 1, of: image), input.values(of: image, isBlueFirst: isBlueFirst))
        }
        #expect(try values([nil, 3, 1, 2]) == ([1, 3, 1, 2], [1, 4, 2, 5, 3, 6]))
        #expect(try values([nil, 1, 2, 3]) == ([1, 3, 1, 2], [1, 4, 2, 5, 3, 6]))
        #expect(try values([nil, 1, 2, 3], .channelsLast) == ([1, 1, 2, 3], [1, 2, 3, 4, 5, 6]))
        #expect(try values([nil, 8, 2, 3]) == ([1, 1, 2, 3], [1, 2, 3, 4, 5, 6]))
        #expect(try values([nil, 3, 1, 2], isBlueFirst: true).1 == [3, 6, 2, 5, 1, 4])
        #expect(try values([], .channelsLast, isBlueFirst: true).1 == [3, 2, 1, 6, 5, 4])
    }

    @Test("Scale, mean and standard deviation find the channels along the last axis")
    func channelsLast() throws {
        var transform = try InputTransform(mean: [1, 2, 3], std: [1, 1, 2])
        transform.isChannelsLast = true
        let bytes = try Tensor(shape: [1, 1, 2, 3], [1, 2, 3, 4, 5, 6] as [UInt8])
        #expect(try convert(bytes, of: "x", to: .float32, transform: transform).elements() == [0, 0, 0, 3, 3, 1.5] as [Float])
        // Enough of them for the table of results.
        let many = try Tensor(shape: [400, 1, 2, 3], (0..<400).flatMap { _ in [1, 2, 3, 4, 5, 6] as [UInt8] })
        let values: [Float]? = try convert(many, of: "x", to: .float32, transform: transform).elements()
        #expect(values == (0..<400).flatMap { _ in [0, 0, 0, 3, 3, 1.5] as [Float] })
        transform.isChannelsLast = false
        #expect(throws: DatasetError.self) { try convert(bytes, of: "x", to: .float32, transform: transform) }
    }
}
