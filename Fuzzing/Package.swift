// swift-tools-version: 6.2
import PackageDescription

// The readers are compiled once more, as modules of this package, because they are open to their own package alone (`package` access),
// and because they have to be instrumented. `Modules` is a symbolic link to `../Sources`.
// `Fuzzing/run` builds this package with the sanitizers.

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

func module(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, path: "Modules/\(name)", swiftSettings: settings)
}

/// A program that hands libFuzzer a function to call with each input. Its main function is written out under the name that the package
/// manager gives the entry point of a module (`<module>_main`), because libFuzzer's own would not be found under it.
func fuzzer(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(
        name: name, dependencies: ["CFuzzer", "FuzzingSupport"] + dependencies,
        swiftSettings: settings + [.unsafeFlags(["-parse-as-library"])])
}

let system: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")

let package = Package(
    name: "Fuzzing",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(url: "https://github.com/apple/swift-collections.git", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-protobuf.git", from: "1.39.0"),
        .package(url: "https://github.com/apple/swift-system.git", from: "1.8.1"),
        .package(url: "https://github.com/jpsim/Yams.git", from: "6.2.2"),
        .package(url: "https://github.com/swiftcsv/SwiftCSV.git", from: "0.10.0"),
    ],
    targets: [
        fuzzer("FuzzModel", ["ONNXModel", "GraphRewriting", "GraphGradient"]),
        fuzzer("FuzzNPZ", ["Datasets"]),
        fuzzer("FuzzNPY", ["Datasets"]),
        fuzzer("FuzzSafetensors", ["Datasets"]),
        fuzzer("FuzzRecipe", ["Recipes"]),
        // The next reader's target goes here, with a folder of its name in Sources and a line in `run`.
        .target(name: "FuzzingSupport", dependencies: ["CFuzzer", "Datasets"], swiftSettings: settings),
        .systemLibrary(name: "CFuzzer"),
        module("GraphGradient", ["ONNXModel", "Tensors"]),
        module("GraphRewriting", ["LowRank", "ONNXModel", "LinearAlgebra", "Tensors", "Files"]),
        module("LowRank", ["LinearAlgebra", "Files"]),
        module("Datasets", ["Tensors", "Files", "CZlib", "CTurboJPEG", "CPNG", .product(name: "SwiftCSV", package: "SwiftCSV")]),
        module(
            "ONNXModel",
            [
                "Tensors", "Files", .product(name: "SwiftProtobuf", package: "swift-protobuf"),
                .product(name: "Collections", package: "swift-collections"), system,
            ]),
        module("LinearAlgebra", ["CLAPACK", "Files"]),
        module("Recipes", ["Files", .product(name: "Yams", package: "Yams")]),
        module("Tensors", []),
        module("Files", [system]),
        .systemLibrary(
            name: "CLAPACK", path: "Modules/CLAPACK", pkgConfig: "lapacke", providers: [.apt(["libopenblas-dev", "liblapacke-dev"])]),
        .systemLibrary(
            name: "CTurboJPEG", path: "Modules/CTurboJPEG", pkgConfig: "libturbojpeg", providers: [.apt(["libturbojpeg0-dev"])]),
        .systemLibrary(name: "CPNG", path: "Modules/CPNG", pkgConfig: "libpng16", providers: [.apt(["libpng-dev"])]),
        .systemLibrary(name: "CZlib", path: "Modules/CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    ]
)
