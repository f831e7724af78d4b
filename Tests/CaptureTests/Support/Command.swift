import Foundation

/// A program run by a test, with `posix_spawn` and `waitpid`, because Foundation's `Process` may miss the exit of one
/// child among several.
final class Command {
    struct Failure: Error { var what: String }

    private var pid: pid_t = 0

    /// Starts the program, with its output in the file `output`.
    init(_ arguments: [String], environment: [String: String], output: String = "/dev/null") throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        var argv: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        var settings: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { (argv + settings).forEach { free($0) } }
        let code = posix_spawnp(&pid, arguments[0], &actions, nil, &argv, &settings)
        guard code == 0 else { throw Failure(what: "cannot start \(arguments[0]): error \(code)") }
    }

    deinit { terminate() }

    /// - Returns: the exit status; -1 if a signal killed the program.
    @discardableResult
    func wait() -> Int32 {
        guard pid > 0 else { return 0 }
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        pid = 0
        return status & 0x7F == 0 ? (status >> 8) & 0xFF : -1
    }

    func terminate() {
        guard pid > 0 else { return }
        kill(pid, SIGTERM)
        wait()
    }
}
