// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "shrink",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "JointRank", path: "../..")],
    targets: [.executableTarget(name: "shrink", dependencies: [.product(name: "JointRank", package: "JointRank")])]
)
