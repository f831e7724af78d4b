import Glibc

/// The result of checking one recording; also a line of the manifest.
public struct RecordingReport: Codable, Hashable, Sendable {
    /// The recording's name, or a file's path in the dataset folder.
    public var name: String
    /// Seconds of audio; nil if it could not be read.
    public var seconds: Double?
    /// The source's sample rate in Hz.
    public var rate: Int?
    /// The source's channel count.
    public var channels: Int?
    /// The number of valid labels.
    public var labels = 0
    public var findings: [Finding] = []
    /// The source files, for detecting changes.
    var audio: Source?
    var labelFile: Source?
    /// The written audio, relative to the output folder.
    var output: String?

    /// A source file.
    struct Source: Codable, Hashable, Sendable {
        var path: String
        var stamp: FileStamp

        init?(path: String?) {
            guard let path, let stamp = FileStamp(path: path) else { return nil }
            self.path = path
            self.stamp = stamp
        }
    }

    init(name: String) {
        self.name = name
    }

    /// Whether the recording has audio, labels and no errors.
    public var isUsable: Bool {
        audio != nil && labelFile != nil && !findings.contains { $0.severity == .error }
    }

    enum CodingKeys: String, CodingKey {
        case name, seconds, rate, channels, labels, findings, audio, output
        case labelFile = "label_file"
    }
}

/// The size and modification time of a file, for detecting changes.
public struct FileStamp: Codable, Hashable, Sendable {
    /// Bytes.
    public var size: Int
    /// Modification time in nanoseconds since 1970.
    public var modified: Int

    /// Nil if the file does not exist.
    public init?(path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        size = Int(status.st_size)
        modified = Int(status.st_mtim.tv_sec) &* 1_000_000_000 &+ Int(status.st_mtim.tv_nsec)
    }
}
