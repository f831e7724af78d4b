import Foundation

/// Reads documents of other programs by calling those programs.
enum ScoreConverter {
    /// A format that another program converts.
    enum Kind: CaseIterable {
        case museScore
        case abc

        /// The names under which the program is installed.
        var programs: [String] {
            switch self {
            case .museScore: ["musescore", "mscore", "musescore4", "mscore4", "musescore3", "mscore3", "MuseScore"]
            case .abc: ["abc2midi"]
            }
        }

        /// The format as the subject of a sentence, and what to do without the program.
        var advice: (is: String, without: String) {
            switch self {
            case .museScore:
                (
                    "it is a MuseScore document",
                    "install MuseScore (Debian: musescore3), which converts it, or export it as MusicXML there"
                )
            case .abc:
                (
                    "it is ABC notation",
                    "install abc2midi (Debian: abcmidi), which converts it, or export it as MusicXML"
                )
            }
        }

        fileprivate var outputName: String { self == .abc ? "score.mid" : "score.musicxml" }

        fileprivate func arguments(from input: String, to output: String) -> [String] {
            self == .abc ? [input, "-o", output] : ["-o", output, input]
        }
    }

    /// Seconds after which a program is stopped.
    private static let patience = 120.0

    /// The format of a document that another program must convert; nil for all other data.
    static func kind(of data: Data) -> Kind? {
        let head = [UInt8](data.prefix(512))
        func starts(_ text: String) -> Bool { head.starts(with: text.utf8) }
        if starts("X:") || starts("%abc") || starts("\u{FEFF}X:") { return .abc }
        // The names of an archive's files are at its end.
        if starts("PK"), data.suffix(1 << 16).range(of: Data(".mscx".utf8)) != nil { return .museScore }
        return String(decoding: head, as: UTF8.self).contains("<museScore") ? .museScore : nil
    }

    /// Converts a document.
    ///
    /// - Parameters:
    ///   - path: the document's file.
    ///   - directories: where to look for programs.
    /// - Returns: MusicXML or MIDI, and a sentence that says how it was made.
    /// - Throws: `ScoreError.badScore` if the program is missing, fails, or takes too long.
    static func convert(
        _ path: String, kind: Kind, directories: [String] = searchPath()
    ) throws(ScoreError) -> (data: Data, remark: String) {
        func bad(_ reason: String) -> ScoreError { .badScore(name: path, reason: reason) }
        let candidates = kind.programs.lazy.flatMap { name in directories.lazy.map { "\($0)/\(name)" } }
        guard let program = candidates.first(where: FileManager.default.isExecutableFile) else {
            throw bad("\(kind.advice.is): \(kind.advice.without)")
        }
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("noted-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        } catch {
            throw bad("\(kind.advice.is), and there is no room to convert it: \(error.localizedDescription)")
        }
        let output = folder.appendingPathComponent(kind.outputName).path
        let absolute = URL(fileURLWithPath: path).path
        guard run(program, kind.arguments(from: absolute, to: output), in: folder) else {
            throw bad("\(kind.advice.is), and \(program) did not finish within \(Int(patience)) s")
        }
        guard let data = FileManager.default.contents(atPath: output), !data.isEmpty else {
            throw bad("\(kind.advice.is) that \(program) could not convert; try it there")
        }
        return (data, "it was converted with \(program)")
    }

    /// The directories of PATH.
    static func searchPath() -> [String] {
        (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":")
            .map(String.init)
    }

    /// Whether the program ended by itself. Its output is discarded.
    private static func run(_ program: String, _ arguments: [String], in folder: URL) -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.currentDirectoryURL = folder
        // MuseScore needs no display then.
        process.environment = ProcessInfo.processInfo.environment.merging(["QT_QPA_PLATFORM": "offscreen"]) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        let ended = DispatchSemaphore(value: 0)
        process.terminationHandler = { _ in ended.signal() }
        guard (try? process.run()) != nil else { return true }
        guard ended.wait(timeout: .now() + patience) == .timedOut else { return true }
        kill(process.processIdentifier, SIGKILL)
        ended.wait()
        return false
    }
}
