import TestSupport
import Testing

@testable import Datasets

@Suite("Images in files")
struct ImageDecodingTests {
    private let folder = try? TemporaryFolder()

    /// A JPEG's values are those of the same library's usual decoder; a PNG's are exact.
    @Test("Every kind of file gives Pillow's pixels", .needsPillow)
    func kinds() throws {
        let folder = try #require(folder)
        _ = try TestImages.make(
            in: folder,
            """
            Image.fromarray(smooth(37, 53)).save(folder + "colour.jpg", quality=90)
            Image.fromarray(smooth(37, 53)).save(folder + "full.jpg", quality=95, subsampling=0, progressive=True)
            Image.fromarray(smooth(40, 24)[..., 0]).save(folder + "gray.jpg")
            Image.fromarray(noise(9, 14, 3)).save(folder + "colour.png")
            Image.fromarray(noise(9, 14)).save(folder + "gray.png")
            Image.fromarray(noise(9, 14, 4), "RGBA").save(folder + "alpha.png")
            Image.fromarray(noise(9, 14, 2), "LA").save(folder + "gray-alpha.png")
            Image.fromarray(noise(9, 14, 3)).convert("P").save(folder + "palette.png")
            Image.fromarray(noise(9, 14) > 99).save(folder + "bits.png")
            """)
        for (name, mode) in [
            ("colour.jpg", "RGB"), ("full.jpg", "RGB"), ("gray.jpg", "L"), ("colour.png", "RGB"), ("gray.png", "L"), ("alpha.png", "RGB"),
            ("gray-alpha.png", "L"), ("palette.png", "RGB"), ("bits.png", "L"),
        ] {
            let decoded = try ImageFile.decoded(folder.file(name))
            let difference = try decoded.difference(from: TestImages.pillow(folder.file(name), mode: mode))
            #expect(difference.map { $0 <= (name.hasSuffix("png") ? 0 : 1) } == true, "\(name): \(String(describing: difference))")
        }
    }

    @Test("Of 16 bits, values are rounded to 8", .needsPillow)
    func sixteenBits() throws {
        let folder = try #require(folder)
        _ = try TestImages.make(
            in: folder,
            """
            Image.fromarray(numpy.array([[0, 128, 129, 257, 32896, 65406, 65407, 65535]], dtype=numpy.uint16)).save(folder + "deep.png")
            """)
        #expect(try ImageFile.decoded(folder.file("deep.png")).bytes == [0, 0, 1, 1, 128, 254, 255, 255])
    }

    @Test("A camera's note of its orientation is not applied", .needsPillow)
    func orientation() throws {
        let folder = try #require(folder)
        _ = try TestImages.make(
            in: folder,
            """
            exif = Image.Exif()
            exif[0x0112] = 6
            Image.fromarray(smooth(20, 31)).save(folder + "turned.jpg", exif=exif)
            """)
        let image = try ImageFile.decoded(folder.file("turned.jpg"))
        #expect(image.width == 31 && image.height == 20)
    }

    @Test("What is cut short, random or of another kind is an error that names the file", .needsPillow)
    func damaged() throws {
        let folder = try #require(folder)
        _ = try TestImages.make(
            in: folder,
            """
            Image.fromarray(smooth(64, 64)).save(folder + "whole.jpg")
            Image.fromarray(smooth(64, 64)).save(folder + "whole.png")
            Image.fromarray(noise(8, 8, 4)).convert("RGB").convert("CMYK").save(folder + "print.jpg")
            """)
        for name in ["whole.jpg", "whole.png"] {
            let whole = try folder.read(name)
            for count in Array(0..<200) + stride(from: 200, to: whole.count - 20, by: 97) {
                let path = try folder.write(Array(whole.prefix(count)), to: "part-" + name)
                #expect("\(count) bytes of \(name)") { try ImageFile.decoded(path) } throws: { "\($0)".hasPrefix("'\(path)': it is ") }
            }
            // Whatever a byte becomes, there is an image or an error.
            for position in stride(from: 0, to: whole.count, by: 5) {
                var changed = whole
                changed[position] ^= 0xA5
                _ = try? ImageFile.decoded(folder.write(changed, to: "changed-" + name))
            }
        }
        #expect { try ImageFile.decoded(folder.file("print.jpg")) } throws: { "\($0)".contains("in CMYK, for printing") }
    }

    @Test("An image of impossible size is refused before anything is allocated")
    func huge() throws {
        let folder = try #require(folder)
        var bytes = pngImage(width: 4, height: 4, gray: [UInt8](repeating: 7, count: 16))
        #expect(try ImageFile.decoded(folder.write(bytes, to: "a.png")).bytes == [UInt8](repeating: 7, count: 16))
        bytes = pngImage(width: 100_000, height: 100_000, gray: [])
        let path = try folder.write(bytes, to: "b.png")
        #expect { try ImageFile.decoded(path) } throws: { "\($0)".contains("it is 100000x100000 pixels large, more than") }
        #expect(PixelImage.obstacle(width: 65535, height: 65535) != nil)
        #expect(PixelImage.obstacle(width: .max, height: 2) != nil)
        #expect(PixelImage.obstacle(width: 8192, height: 8192) == nil)
    }
}
