package import Foundation

/// A user whom the permissions of files hold: the one who runs the tests or, where that is root, nobody.
package enum OrdinaryUser {
    package static let hint = "root may do everything, and nobody cannot run the command: setpriv is missing, or the build out of reach"

    /// Whether there is one who can run the command, with its libraries.
    package static let canRun: Bool = {
        let model = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Examples/FashionMNIST/model.onnx")
        return (try? Command.run(["inspect", model.standardized.path], asOrdinaryUser: true).exitCode) == 0
    }()

    package static func around(_ program: URL, _ arguments: [String]) -> (program: URL, arguments: [String]) {
        guard geteuid() == 0 else { return (program, arguments) }
        let words = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", program.path]
        return (URL(filePath: "/usr/bin/env"), words + arguments)
    }
}
