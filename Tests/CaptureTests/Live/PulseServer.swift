import Foundation

/// A private PulseAudio server, with a null sink to play to and its monitor to record from. Needs no sound card and no
/// D-Bus.
final class PulseServer {
    enum Problem: Error { case command(String), notUp }

    let folder: Folder
    private var process: Command?

    var address: String { "unix:\(folder("native"))" }

    init() throws { folder = try Folder() }

    deinit { stop() }

    /// Whether the programs that these tests need are installed.
    static var isAvailable: Bool {
        ["pulseaudio", "pactl", "paplay"].allSatisfy { FileManager.default.isExecutableFile(atPath: "/usr/bin/\($0)") }
    }

    // Without norewinds=1 an idle null sink renders two seconds at a time.
    static let sink = [
        "module-null-sink", "sink_name=testsink", "rate=44100", "channels=1", "channel_map=mono", "format=s16le",
        "norewinds=1",
    ]

    func start() throws {
        process = try Command(
            [
                "pulseaudio", "-n", "--daemonize=no", "--system=false", "--exit-idle-time=-1", "--disallow-exit",
                "--use-pid-file=no", "--log-target=file:\(folder("log"))", "--log-level=info",
                "--load=module-native-protocol-unix auth-anonymous=1 socket=\(folder("native"))",
                "--load=\(Self.sink.joined(separator: " "))",
            ], environment: environment)
        for _ in 0..<100 {
            if (try? control(["info"])) != nil { return }
            Thread.sleep(forTimeInterval: 0.03)
        }
        throw Problem.notUp
    }

    func stop() {
        process?.terminate()
        process = nil
    }

    /// Runs `pactl`.
    ///
    /// - Returns: its output.
    @discardableResult
    func control(_ arguments: [String]) throws -> String {
        let output = folder("pactl-output")
        let status = try Command(["pactl"] + arguments, environment: environment, output: output).wait()
        guard status == 0 else { throw Problem.command("pactl \(arguments) ended with \(status)") }
        return try String(contentsOfFile: output, encoding: .utf8)
    }

    /// Starts to play 16-bit mono samples at 44.1 kHz to the null sink.
    ///
    /// - Returns: the player.
    func play(_ samples: [Int16], name: String = "tone.wav") throws -> Command {
        let file = folder(name)
        try Wave.file(samples).write(to: URL(filePath: file))
        // A small --latency-msec would underrun and insert silence.
        return try Command(["paplay", "-d", "testsink", file], environment: environment)
    }

    private var environment: [String: String] {
        [
            "PATH": "/usr/bin:/bin", "HOME": folder.path, "XDG_RUNTIME_DIR": folder.path, "PULSE_SERVER": address,
            "LC_ALL": "C",
        ]
    }
}
