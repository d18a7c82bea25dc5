internal import Foundation
internal import Files

/// A program that runs beside this one, in a process group of its own, with nothing to read and its output in files.
///
/// Started by `posix_spawn` itself: this program ignores the signals that end programs, and its threads block others. A child that inherited
/// that could not end its own helpers. A group of its own is what makes it possible to end it together with these.
struct ChildProcess: ~Copyable {
    enum End {
        case exit(Int32)
        case signal(Int32)
        case timeLimit
    }

    struct Outcome {
        let end: End
        /// The last part of what was printed.
        let output: String
        let errors: String
    }

    private let process: pid_t
    private let output: CapturedStream
    private let errors: CapturedStream

    /// - Parameter arguments: the program, by path or looked up as a shell would, and what it is given.
    /// - Throws: ``JointRankError`` where there is no such program, or it cannot be started; `TemporaryFileError`.
    init(_ arguments: [String]) throws {
        let (output, errors) = (try CapturedStream(), try CapturedStream())
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output.descriptor, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, errors.descriptor, STDERR_FILENO)
        var (ignored, blocked) = (sigset_t(), sigset_t())
        sigemptyset(&ignored)
        for signal in [SIGINT, SIGTERM, SIGXFSZ] { sigaddset(&ignored, signal) }
        sigemptyset(&blocked)
        posix_spawnattr_setsigdefault(&attributes, &ignored)
        posix_spawnattr_setsigmask(&attributes, &blocked)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var process: pid_t = 0
        let status = posix_spawnp(&process, arguments[0], &actions, &attributes, &words, environ)
        guard status == 0 else {
            throw JointRankError(.missingInput, "'\(arguments[0])' cannot be started: \(String(cString: strerror(status)).lowercased())")
        }
        (self.process, self.output, self.errors) = (process, output, errors)
    }

    /// Waits for the end, and brings it about where the task is cancelled or `seconds` are over.
    ///
    /// - Throws: `CancellationError`.
    consuming func finish(within seconds: Double) throws -> Outcome {
        let deadline = ContinuousClock.now + .seconds(seconds)
        var status: Int32 = 0
        while waitpid(process, &status, WNOHANG) == 0 {
            let isOver = ContinuousClock.now >= deadline
            if Task.isCancelled || isOver {
                kill(-process, SIGKILL)
                while waitpid(process, &status, 0) < 0, errno == EINTR {}
                try Task.checkCancellation()
                return Outcome(end: .timeLimit, output: output.tail, errors: errors.tail)
            }
            usleep(20_000)
        }
        // What it left running in its group is of no use any more.
        kill(-process, SIGKILL)
        // The lower seven bits hold the signal, the next byte the exit code.
        let signal = status & 0x7F
        let end: End = signal == 0 ? .exit(status >> 8 & 0xFF) : .signal(signal)
        return Outcome(end: end, output: output.tail, errors: errors.tail)
    }
}

/// What a program prints, in a file without a name.
private struct CapturedStream {
    private let file: OpenDescriptor

    /// More than any message takes.
    private static let tailByteCount = 1 << 16

    init() throws {
        file = try TemporaryFile.open(byteCount: CapturedStream.tailByteCount)
    }

    var descriptor: Int32 { file.number }

    /// The last part.
    var tail: String {
        let end = (try? file.byteCount) ?? 0
        var bytes = [UInt8](repeating: 0, count: min(end, CapturedStream.tailByteCount))
        let count = bytes.withUnsafeMutableBytes { try? file.read(into: $0, at: end - $0.count) }
        return String(decoding: bytes.prefix(count ?? 0), as: UTF8.self)
    }
}
