// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

/// `make test` asks for optimised modules, with which the tests take less than half the time. Nothing else does: packages that ask for unsafe flags
/// cannot be depended on.
let optimization: [SwiftSetting] = Context.environment["JOINTRANK_OPTIMIZED"] == nil ? [] : [.unsafeFlags(["-O"])]

func module(_ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource]? = nil) -> Target {
    .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: settings + optimization)
}

func tests(of name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []) -> Target {
    .testTarget(name: "\(name)Tests", dependencies: [.byName(name: name)] + dependencies, exclude: exclude, swiftSettings: settings)
}

let protobuf: Target.Dependency = .product(name: "SwiftProtobuf", package: "swift-protobuf")
let collections: Target.Dependency = .product(name: "Collections", package: "swift-collections")
let csv: Target.Dependency = .product(name: "SwiftCSV", package: "SwiftCSV")
let system: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")
let yaml: Target.Dependency = .product(name: "Yams", package: "Yams")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "JointRank",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "JointRank", targets: ["JointRank", "Reporting"]),
        .executable(name: "jointrank", targets: ["jointrank"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections.git", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-protobuf.git", from: "1.39.0"),
        .package(url: "https://github.com/apple/swift-system.git", from: "1.8.1"),
        .package(url: "https://github.com/jpsim/Yams.git", from: "6.2.2"),
        .package(url: "https://github.com/swiftcsv/SwiftCSV.git", from: "0.10.0"),
    ],
    // Listed from the top down: a module imports only what stands below it.
    targets: [
        .executableTarget(
            name: "jointrank", dependencies: ["JointRank", "Reporting", "Recipes", "Files", "LinearAlgebra", arguments],
            path: "Sources/jointrank-command", swiftSettings: settings),
        // The example's source, with the settings of its own package, so that the tests build and run what the README shows.
        .executableTarget(name: "shrink", dependencies: ["JointRank"], path: "Examples/Library/Sources/shrink"),
        module(
            "JointRank",
            [
                "Reporting", "Calibration", "GraphRewriting", "Search", "LowRank", "Datasets", "ONNXModel", "OnnxRuntimeEngine",
                "LinearAlgebra",
                "Tensors", "Files", "Digests", "CAllocator",
            ], resources: [.embedInCode("Timing/Script/time_layers.py")]),
        module("Reporting"),
        module(
            "Calibration",
            ["GraphRewriting", "GraphGradient", "LowRank", "Datasets", "ONNXModel", "OnnxRuntimeEngine", "LinearAlgebra", "Tensors"]),
        module("GraphRewriting", ["LowRank", "ONNXModel", "LinearAlgebra", "Tensors", "Files"]),
        module("GraphGradient", ["ONNXModel", "Tensors"]),
        module("Search", ["LowRank", "LinearAlgebra"]),
        module("LowRank", ["LinearAlgebra", "Files"]),
        module("Datasets", ["Tensors", "Files", "CZlib", "CTurboJPEG", "CPNG", csv]),
        module("ONNXModel", ["Tensors", "Files", protobuf, collections, system]),
        module("OnnxRuntimeEngine", ["COnnxRuntime", "Tensors"]),
        module("LinearAlgebra", ["CLAPACK", "Files"]),
        module("Recipes", ["Files", yaml]),
        module("Digests", ["Files", "CCrypto"]),
        module("Tensors"),
        module("Files", [system]),
        .target(name: "COnnxRuntime", linkerSettings: [.linkedLibrary("dl", .when(platforms: [.linux]))]),
        .systemLibrary(name: "CAllocator"),
        .systemLibrary(name: "CLAPACK", pkgConfig: "lapacke", providers: [.apt(["libopenblas-dev", "liblapacke-dev"])]),
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CTurboJPEG", pkgConfig: "libturbojpeg", providers: [.apt(["libturbojpeg0-dev"])]),
        .systemLibrary(name: "CPNG", pkgConfig: "libpng16", providers: [.apt(["libpng-dev"])]),

        tests(of: "Digests", ["TestSupport"]),
        tests(of: "Tensors"),
        tests(of: "Files", ["TestSupport", system]),
        tests(of: "LinearAlgebra"),
        tests(of: "OnnxRuntimeEngine", ["Tensors", "ONNXModel", protobuf]),
        tests(of: "ONNXModel", ["Tensors", protobuf], exclude: ["Support/generate_node_models.py"]),
        tests(of: "Datasets", ["TestSupport", "Tensors"]),
        tests(of: "LowRank", ["LinearAlgebra"]),
        tests(of: "Search", ["LowRank", "LinearAlgebra"]),
        tests(
            of: "GraphGradient", ["ONNXModel", "OnnxRuntimeEngine", "Tensors"],
            exclude: ["Support/central_differences.py", "Support/differentiable-operators.txt", "Support/node_cases.py"]),
        tests(of: "GraphRewriting", ["TestSupport", "ONNXModel", "OnnxRuntimeEngine", "LinearAlgebra", "LowRank", "Tensors"]),
        tests(
            of: "Calibration",
            ["TestSupport", "GraphRewriting", "LinearAlgebra", "LowRank", "ONNXModel", "OnnxRuntimeEngine", "Datasets", "Tensors"]),
        tests(of: "Reporting"),
        tests(
            of: "JointRank",
            [
                "TestSupport", "jointrank", "shrink", "Reporting", "GraphRewriting", "Search", "LowRank", "LinearAlgebra", "ONNXModel",
                "OnnxRuntimeEngine", "Datasets", "Tensors",
            ],
            exclude: ["Support/check_factors.py", "Support/check_report_schema.py", "Support/check_written_model.py"]),
        .testTarget(
            name: "CorpusTests", dependencies: ["TestSupport", "jointrank", "ONNXModel", "Datasets", "Recipes"], path: "Tests/Corpus",
            exclude: ["make_corpus.py", "hostile"], swiftSettings: settings),
        .target(
            name: "TestSupport", dependencies: ["ONNXModel", "Tensors"], path: "Tests/TestSupport", swiftSettings: settings + optimization),
    ]
)
