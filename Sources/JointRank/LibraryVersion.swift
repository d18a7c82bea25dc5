/// The version of the library and of the command.
enum LibraryVersion {
    static let current = "0.1.0"
}
