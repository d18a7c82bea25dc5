import Datasets
import Foundation
import Tensors
import Testing

/// Files that lie or are damaged: each has its own one-line error, and none is a crash.
@Suite("Hostile files")
struct HostileFileTests {
    /// What is wrong with a file, its path called FILE; nil where every array can be read.
    private func problem(with bytes: [UInt8], named name: String = "data") throws -> String? {
        let folder = try TemporaryFolder()
        let path = try folder.write(bytes, to: name)
        do throws(DatasetError) {
            let file = try ArrayFile(path: path)
            for name in file.arrayNames {
                _ = try file.array(named: name).tensor()
            }
            return nil
        } catch {
            return error.description.replacingOccurrences(of: path, with: "FILE")
        }
    }

    struct Case: CustomTestStringConvertible, Sendable {
        let problem: String
        let bytes: [UInt8]

        init(_ problem: String, _ bytes: [UInt8]) {
            self.problem = problem
            self.bytes = bytes
        }

        var testDescription: String { problem }
    }

    @Test(
        "An unknown kind is refused",
        arguments: [
            ("data", [UInt8](), "'FILE': it is empty"),
            ("data", Array("hello, world".utf8), "'FILE': it is no .npz, .npy or .safetensors file"),
            ("data.npz", Array("hello, world".utf8), "'FILE': it is no .npz file, whatever its name says"),
            ("data.SAFETENSORS", [0x80, 4, 0x95], "'FILE': it is no .safetensors file, whatever its name says"),
        ])
    func anUnknownKindIsRefused(name: String, bytes: [UInt8], expected: String) throws {
        #expect(try problem(with: bytes, named: name) == expected)
    }

    private static func header(_ descriptor: String = "'<f4'", order: String = "False", shape: String = "(2,)") -> String {
        "{'descr': \(descriptor), 'fortran_order': \(order), 'shape': \(shape), }\n"
    }

    private static let damage = "not a readable .npy array: "

    static let npyCases = [
        Case(damage + "format version 4.0 is unknown", npy(header(), version: [4, 0])),
        Case(damage + "format version 1.1 is unknown", npy(header(), version: [1, 1])),
        Case(damage + "it does not start as .npy", [0x93] + Array("NUMPY".utf8) + [1, 0]),
        Case(damage + "the header is cut off", [0x93] + Array("NUMPY".utf8) + [1, 0, 0xFF, 0xFF] + Array("{".utf8)),
        Case(
            damage + "the header claims 4294967295 bytes, more than 65535", [0x93] + Array("NUMPY".utf8) + [2, 0, 0xFF, 0xFF, 0xFF, 0xFF]),
        Case(damage + "the header has something else where '{' belongs", npy("")),
        Case(damage + "the header has something else where '{' belongs", npy("__import__('os').system('true')")),
        Case(damage + "the header lacks 'descr', 'fortran_order' or 'shape'", npy("{}")),
        Case(damage + "the header lacks 'descr', 'fortran_order' or 'shape'", npy("{'descr': '<f4', 'shape': ()}")),
        Case(damage + "the header lacks a string", npy("{descr: '<f4'}")),
        Case(damage + "the header lacks a string", npy("{'descr': f()}")),
        Case(damage + "the header has a broken string", npy("{'descr': '<f4")),
        Case(damage + "the header has a broken string", npy("{'descr': '\\x3cf4'}")),
        Case(damage + "header entry 'descr' is unknown or repeated", npy("{'descr': '<f4', 'descr': '<f4'}")),
        Case(damage + "header entry 'more' is unknown or repeated", npy("{'more': 1}")),
        Case(damage + "the header goes on after its end", npy(header() + "1")),
        Case(damage + "the header has something else where '}' belongs", npy("{'descr': '<f4' 'fortran_order'")),
        Case(damage + "'fortran_order' is neither True nor False", npy(header(order: "0"))),
        Case(damage + "'shape' has an impossible length", npy(header(shape: "(-1,)"))),
        Case(damage + "'shape' has an impossible length", npy(header(shape: "(99999999999999999999,)"))),
        Case(damage + "'shape' has an impossible length", npy(header(shape: "(,)"))),
        Case(damage + "'shape' is not a tuple", npy(header(shape: "(3)"))),
        Case(damage + "the header has something else where '(' belongs", npy(header(shape: "[3]"))),
        Case(
            damage + "[4611686018427387904, 4611686018427387904] is not a possible shape",
            npy(header(shape: "(4611686018427387904, 4611686018427387904)"))),
        Case(damage + "type 'f4' is unknown", npy(header("'f4'"))),
        Case("type '|f4' does not say its byte order", npy(header("'|f4'"))),
        Case("type '>f4' is big-endian; save it as little-endian", npy(header("'>f4'"))),
        Case("it holds pickled Python objects, which are never loaded", npy(header("'|O'"))),
        Case("it holds text, not numbers", npy(header("'<U3'"))), Case("it holds text, not numbers", npy(header("'|S3'"))),
        Case("it holds records or raw bytes, not numbers", npy(header("'|V2'"))),
        Case("it holds records (a structured type), not numbers", npy(header("[('a', '<f4')]"))),
        Case("it holds complex numbers", npy(header("'<c8'"))), Case("it holds dates or durations", npy(header("'<M8[D]'"))),
        Case("type '<f16' is not supported", npy(header("'<f16'"))),
        Case("type '<i3\\u{7f}' is not supported".replacing("\\u{7f}", with: "~"), npy(header("'<i3~'"))),
        Case("its header promises 8 bytes of elements, the file has 7", npy(header(), data: [UInt8](repeating: 0, count: 7))),
        Case("its header promises 8 bytes of elements, the file has 9", npy(header(), data: [UInt8](repeating: 0, count: 9))),
        Case("its header promises 1000000000000 bytes of elements, the file has 0", npy(header("'|u1'", shape: "(1000000, 1000000)"))),
    ]

    @Test("A damaged array is refused", arguments: npyCases)
    func aDamagedArrayIsRefused(_ file: Case) throws {
        #expect(try problem(with: file.bytes) == "array 'data' in 'FILE': \(file.problem)")
    }

    @Test("Headers that NumPy would read too")
    func headersThatNumPyWouldReadToo() throws {
        let same = [
            "{\"shape\":(2,),'fortran_order':True , 'descr':'<i2'}", "{'descr': '<i2', 'fortran_order': False, 'shape': ( 2 ,) }   \n",
        ]
        for header in same { #expect(try problem(with: npy(header, data: [1, 0, 2, 0])) == nil, "\(header)") }
        #expect(try problem(with: npy(HostileFileTests.header("'>i1'"), data: [1, 2])) == nil)
    }

    private static let array = npy(bytes: [1, 2, 3])
    private typealias Member = ZIPBuilder.Member

    private static func zip(_ members: ZIPBuilder.Member..., change: (inout ZIPBuilder) -> Void = { _ in }) -> [UInt8] {
        var builder = ZIPBuilder()
        builder.members = members
        change(&builder)
        return builder.bytes
    }

    static let npzCases: [Case] = [
        Case("member 'a.npy' is encrypted", zip(Member("a.npy", array).with { $0.flags = 1 })),
        Case(
            "member 'a.npy' is packed by method 12; only stored and deflated ones are read",
            zip(Member("a.npy", array).with { $0.method = 12 })),
        Case("member 'a.npy' is damaged: its checksum (CRC-32) is wrong", zip(Member("a.npy", array).with { $0.checksum = 1 })),
        Case("member 'a.npy' is damaged: its checksum (CRC-32) is wrong", zip(Member.deflated("a.npy", array).with { $0.checksum = 1 })),
        Case("it has two arrays 'a'", zip(Member("a.npy", array), Member("a.npy", array))),
        Case("it has two arrays 'a'", zip(Member("a.npy", array), Member("a", array))),
        Case(
            "members 'a.npy' and 'b.npy' overlap",
            zip(
                Member("a.npy", array).with {
                    $0.storedByteCount = array.count + 10; $0.byteCount = array.count + 10
                }, Member("b.npy", array))),
        Case("members 'a.npy' and 'a.npy' overlap", zip(Member("a.npy", array), Member("a.npy", array).with { $0.headerOffset = 0 })),
        Case(
            "member 'b.npy' differs from its directory entry",
            zip(Member("a.npy", array), Member("b.npy", array).with { $0.headerOffset = 0 })),
        Case("member 'b.npy' differs from its directory entry", zip(Member("a.npy", array).with { $0.directoryName = "b.npy" })),
        Case("member 'a.npy' differs from its directory entry", zip(Member("a.npy", array).with { $0.headerOffset = 1 })),
        Case("member 'a.npy' lies outside the file", zip(Member("a.npy", array).with { $0.headerOffset = 0xFFFF_FFFE })),
        Case(
            "member 'a.npy' lies outside the file",
            zip(
                Member("a.npy", array).with {
                    $0.storedByteCount = 100_000; $0.byteCount = 100_000
                })),
        Case("member 'a.npy' has impossible lengths", zip(Member("a.npy", array).with { $0.headerOffset = 0xFFFF_FFFF })),
        Case("member 'a.npy' has lengths that disagree", zip(Member("a.npy", array).with { $0.byteCount = 5 })),
        Case(
            "member 'a.npy' has impossible lengths",
            zip(
                Member("a.npy", array).with {
                    $0.isZIP64 = true; $0.byteCount = -1
                })),
        Case(
            "member 'a.npy' lies outside the file",
            zip(
                Member("a.npy", array).with {
                    $0.isZIP64 = true; $0.byteCount = .max; $0.storedByteCount = .max
                })),
        Case(
            "member 'a.npy' unpacks to less than the declared 200 bytes", zip(Member.deflated("a.npy", array).with { $0.byteCount = 200 })),
        Case(
            "member 'a.npy' claims to unpack to 1000000000 bytes, more than deflate can",
            zip(Member.deflated("a.npy", array).with { $0.byteCount = 1_000_000_000 })),
        Case(
            "member 'a.npy' is damaged: it cannot be unpacked",
            zip(Member.deflated("a.npy", array).with { $0.stored = [0xFF] + [UInt8](repeating: 1, count: 99) })),
        Case(
            "member 'a.npy' is damaged: it cannot be unpacked",
            zip(Member.deflated("a.npy", array).with { $0.stored = ($0.stored ?? []) + [0] })),
        Case("its directory has 1 members instead of 2", zip(Member("a.npy", array)) { $0.memberCount = 2 }),
        Case(
            "its directory has 1 members instead of 9223372036854775807",
            zip(Member("a.npy", array)) {
                $0.isZIP64 = true; $0.memberCount = .max
            }),
        Case("its ZIP directory is missing or damaged; is the file cut off?", zip(Member("a.npy", array)) { $0.directoryByteCount = 5 }),
        Case(
            "its ZIP directory is missing or damaged; is the file cut off?",
            zip(Member("a.npy", array)) {
                $0.isZIP64 = true; $0.directoryByteCount = .max
            }),
        Case(
            "its ZIP directory is missing or damaged; is the file cut off?",
            zip(Member("a.npy", array)) {
                $0.isZIP64 = true; $0.directoryByteCount = -1
            }),
        Case("its ZIP directory is missing or damaged; is the file cut off?", Array("PK".utf8) + [3, 4]),
        Case("its ZIP directory is missing or damaged; is the file cut off?", zip(Member("a.npy", array)) + [0]),
    ]

    @Test("A damaged archive is refused", arguments: npzCases)
    func aDamagedArchiveIsRefused(_ file: Case) throws {
        #expect(try problem(with: file.bytes) == "'FILE': \(file.problem)")
    }

    static let npzArrayCases: [Case] = [
        Case("its header promises 3 bytes of elements, the member has 4", zip(Member("a.npy", array + [0]))),
        Case("its header promises 3 bytes of elements, the member has 2", zip(Member.deflated("a.npy", array.dropLast()))),
        Case(
            "its header promises 1000000000 bytes of elements, the member has 3",
            zip(Member.deflated("a.npy", npy("{'descr': '|u1', 'fortran_order': False, 'shape': (1000000000,)}", data: [1, 2, 3])))),
        Case("not a readable .npy array: it does not start as .npy", zip(Member("a.npy", Array("hello".utf8)))),
        Case("it holds text, not numbers", zip(Member("a.npy", npy(header("'<U3'"))))),
    ]

    @Test("A damaged member is refused", arguments: npzArrayCases)
    func aDamagedMemberIsRefused(_ file: Case) throws {
        #expect(try problem(with: file.bytes) == "array 'a' in 'FILE': \(file.problem)")
    }

    @Test("A member that goes on behind its declared end is refused")
    func aMemberThatGoesOnBehindItsDeclaredEndIsRefused() throws {
        // Lengths and header agree on three bytes, the deflated data have four.
        let member = Member.deflated("a.npy", HostileFileTests.array + [9]).with { $0.byteCount = HostileFileTests.array.count }
        #expect(
            try problem(with: HostileFileTests.zip(member))
                == "'FILE': member 'a.npy' unpacks to more than the declared \(HostileFileTests.array.count) bytes")
    }

    @Test("Unusual but sound archives are read")
    func unusualButSoundArchivesAreRead() throws {
        let array = HostileFileTests.array
        for isZIP64 in [false, true] {
            let archive = HostileFileTests.zip(
                Member("a.npy", array).with { $0.isZIP64 = isZIP64 }, Member.deflated("b.npy", array).with { $0.hasDescriptor = true },
                Member("c", array).with { $0.hasDescriptor = true }
            ) {
                $0.isZIP64 = isZIP64
                $0.comment = Array("PK\u{5}\u{6} is not the end".utf8) + [UInt8](repeating: 0, count: 60_000)
            }
            let folder = try TemporaryFolder()
            let file = try ArrayFile(path: folder.write(archive, to: "a"))
            #expect(file.arrayNames == ["a", "b", "c"])
            for name in file.arrayNames { #expect(try file.array(named: name).tensor() == Tensor([1, 2, 3] as [UInt8])) }
        }
        #expect(try problem(with: ZIPBuilder().bytes) == nil)
    }

    @Test("A name cannot break the line")
    func aNameCannotBreakTheLine() throws {
        let member = Member("a\n\u{1B}[31m\u{202E}.npy", HostileFileTests.array).with { $0.checksum = 0 }
        #expect(
            try problem(with: HostileFileTests.zip(member))
                == "'FILE': member 'a\\n\\u{1B}[31m\\u{202E}.npy' is damaged: its checksum (CRC-32) is wrong")
    }

    static let safetensorsCases: [Case] = [
        Case("its header claims more than 100 MB", [0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0] + Array("{}".utf8)),
        Case("its header claims more than 100 MB", [UInt8](repeating: 0xFF, count: 8) + Array("{}".utf8)),
        Case("its header is cut off", [3, 0, 0, 0, 0, 0, 0, 0] + Array("{}".utf8)),
        Case("its header is cut off", [0x50, 0x4B, 3, 4, 0, 0, 0, 0] + Array("{}".utf8)),
        Case("its header is not the JSON of .safetensors: it cannot be parsed", safetensors("{")),
        Case("its header is not the JSON of .safetensors: it cannot be parsed", safetensors("{}x")),
        Case("its header is not a JSON object", safetensors("{\0}\0")),
        Case(
            "its header is not the JSON of .safetensors: it cannot be parsed",
            safetensors("{\"a\":" + String(repeating: "[", count: 100_000))),
        Case("its header is not the JSON of .safetensors: 'a' has the wrong type", safetensors("{\"a\":1}")),
        Case("its header is not the JSON of .safetensors: 'a.shape' is missing", safetensors(#"{"a":{"dtype":"U8"}}"#)),
        Case("its header is not the JSON of .safetensors: '__metadata__.a' has the wrong type", safetensors(#"{"__metadata__":{"a":1}}"#)),
        Case(
            "its header has a repeated or an unknown key",
            tensors(#""a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}"#)),
        Case("its header has a repeated or an unknown key", tensors(#""a":{"dtype":"U8","shape":[2],"shape":[2],"data_offsets":[0,2]}"#)),
        Case("its header has a repeated or an unknown key", tensors(#""a":{"dtype":"U8","shape":[2],"strides":[1],"data_offsets":[0,2]}"#)),
        Case(
            "its header has a repeated or an unknown key",
            tensors(#""\u0061":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}"#)),
        Case("tensor 'a' has impossible offsets", tensors(#""a":{"dtype":"U8","shape":[2],"data_offsets":[2,0]}"#)),
        Case("tensor 'a' has impossible offsets", tensors(#""a":{"dtype":"U8","shape":[2],"data_offsets":[-2,0]}"#)),
        Case("tensor 'a' has impossible offsets", tensors(#""a":{"dtype":"U8","shape":[2],"data_offsets":[0]}"#)),
        Case("tensor 'a' takes 8 bytes but has 2", tensors(#""a":{"dtype":"F32","shape":[2],"data_offsets":[0,2]}"#)),
        Case("tensor 'a': [-1, -2] is not a possible shape", tensors(#""a":{"dtype":"U8","shape":[-1,-2],"data_offsets":[0,2]}"#)),
        Case(
            "tensor 'a': [4294967296, 4294967296] is not a possible shape",
            tensors(#""a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,2]}"#)),
        Case(
            "tensor 'a' starts at byte 1 instead of 0: a gap or an overlap",
            tensors(#""a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}"#)),
        Case(
            "tensor 'b' starts at byte 1 instead of 2: a gap or an overlap",
            tensors(#""a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}"#)),
        Case("its tensors end at byte 1, its data at 2", tensors(#""a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}"#)),
        Case("its tensors end at byte 3, its data at 2", tensors(#""a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}"#)),
        Case("its tensors end at byte 0, its data at 2", safetensors("{}", data: [1, 2])),
    ]

    /// Tensors over two bytes of data.
    private static func tensors(_ members: String) -> [UInt8] {
        safetensors("{\(members)}", data: [1, 2])
    }

    @Test("Damaged safetensors are refused", arguments: safetensorsCases)
    func damagedSafetensorsAreRefused(_ file: Case) throws {
        #expect(try problem(with: file.bytes) == "'FILE': \(file.problem)")
    }

    @Test("Sound safetensors are read")
    func soundSafetensorsAreRead() throws {
        let header =
            #"{"__metadata__":{"a:b":"{\"x\": \\"},"e":{"dtype":"F32","shape":[0,3],"data_offsets":[1,1]}, "b":{"data_offsets":[1,2],"dtype":"F8_E4M3","shape":[1]},"a":{"dtype":"BOOL","shape":[],"data_offsets":[0,1]}}   "#
        let folder = try TemporaryFolder()
        let file = try ArrayFile(path: folder.write(safetensors(header, data: [7, 0]), to: "a"))
        #expect(file.arrayNames == ["a", "e", "b"])
        #expect(try file.array(named: "a").tensor() == Tensor(scalar: true))
        #expect(try file.array(named: "e").tensor() == Tensor(shape: [0, 3], [] as [Float]))
        #expect(throws: DatasetError.badArray("b", file: file.path, reason: "type 'F8_E4M3' is not supported")) {
            try file.array(named: "b")
        }
    }

    @Test("What is no file is told apart from bad content")
    func whatIsNoFileIsToldApartFromBadContent() throws {
        let folder = try TemporaryFolder()
        #expect(throws: DatasetError.missingFile(folder.file("none.npz"))) { try ArrayFile(path: folder.file("none.npz")) }
        #expect(throws: DatasetError.missingFile(folder.path + "\0.npz")) { try ArrayFile(path: folder.path + "\0.npz") }
        try #require(mkfifo(folder.file("pipe"), 0o600) == 0)
        for path in [folder.path, folder.file("pipe"), "/dev/zero"] {
            #expect(throws: DatasetError.unreadableFile(path, reason: "it is not a regular file")) { try ArrayFile(path: path) }
        }
    }

    @Test("A file that is cut while in use is an error")
    func aFileThatIsCutWhileInUseIsAnError() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(npy(bytes: [1, 2, 3]), to: "a.npy")
        let array = try ArrayFile(path: path).array(named: "a")
        let start = npy(bytes: [1, 2, 3]).count - 3
        try #require(truncate(path, off_t(start)) == 0)
        #expect(throws: DatasetError.unreadableFile(path, reason: "it has no byte \(start); was it changed while in use?")) {
            try array.rows(0..<3)
        }
    }
}
