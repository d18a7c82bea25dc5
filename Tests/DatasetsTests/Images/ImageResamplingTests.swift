import Testing

@testable import Datasets

@Suite("Resizing and cropping")
struct ImageResamplingTests {
    /// The arithmetic is Pillow's, so the results are equal.
    @Test(
        "A resize gives Pillow's bytes", .needsPillow,
        arguments: [(20, 20), (1, 1), (61, 47), (100, 9), (37, 20), (20, 53), (224, 341)])
    func equalsPillow(height: Int, width: Int) throws {
        let folder = try TemporaryFolder()
        _ = try TestImages.make(
            in: folder, #"Image.fromarray(noise(37, 53, 3)).save(folder + "a.png"); Image.fromarray(noise(37, 53)).save(folder + "b.png")"#)
        for (name, mode) in [("a.png", "RGB"), ("b.png", "L")] {
            let resized = try ImageFile.decoded(folder.file(name)).resized(height: height, width: width)
            #expect(try resized.difference(from: TestImages.pillow(folder.file(name), size: (height, width), mode: mode)) == 0)
        }
    }

    @Test("Colour becomes gray as Pillow makes it", .needsPillow)
    func gray() throws {
        let folder = try TemporaryFolder()
        _ = try TestImages.make(in: folder, #"Image.fromarray(noise(37, 53, 3)).save(folder + "a.png")"#)
        let gray = try ImageFile.decoded(folder.file("a.png")).converted(toChannels: 1)
        #expect(try gray.difference(from: TestImages.pillow(folder.file("a.png"), mode: "L")) == 0)
        #expect(PixelImage(width: 2, height: 1, channels: 1, bytes: [3, 9]).converted(toChannels: 3).bytes == [3, 3, 3, 9, 9, 9])
    }

    @Test("The middle is cut out, an odd rest split to even")
    func crop() {
        let image = PixelImage(width: 5, height: 4, channels: 1, bytes: (0..<20).map { UInt8($0) })
        #expect(image.cropped(height: 2, width: 3).bytes == [6, 7, 8, 11, 12, 13])
        // 1.5 rows above become 2, 0.5 columns to the left 0.
        #expect(image.cropped(height: 1, width: 4).bytes == [10, 11, 12, 13])
    }

    @Test("One number is the shorter side's length, and the longer one is cut to a whole number")
    func shorterSide() throws {
        func size(_ width: Int, _ height: Int, _ preparation: ImagePreparation) throws -> [Int] {
            let image = PixelImage(width: width, height: height, channels: 1, bytes: [UInt8](repeating: 5, count: width * height))
            let sized = try preparation.sized(image)
            #expect(sized.bytes.allSatisfy { $0 == 5 })
            return [sized.width, sized.height]
        }
        let shorter = ImagePreparation(resize: try .init(height: 16))
        #expect(try size(50, 37, shorter) == [21, 16])
        #expect(try size(37, 50, shorter) == [16, 21])
        #expect(try size(4, 4, shorter) == [16, 16])
        #expect(try size(50, 37, ImagePreparation(resize: try .init(height: 8, width: 3))) == [3, 8])
        #expect(try size(50, 37, ImagePreparation(resize: try .init(height: 16), crop: try .init(height: 12))) == [12, 12])
        #expect { try size(50, 37, ImagePreparation(crop: try .init(height: 40))) } throws: {
            ($0 as? ImageError)?.reason.contains("too small for --crop 40; a --resize to at least 40") == true
        }
        // A line of pixels would become an image without end.
        #expect(throws: ImageError.self) { try size(60_000, 1, ImagePreparation(resize: try .init(height: 16_000))) }
        #expect(throws: DatasetError.self) { try ImagePreparation.Extent(height: 0) }
        #expect(throws: DatasetError.self) { try ImagePreparation.Extent(height: 5, width: -1) }
    }
}
