/// What checking one recording has found out, and a line of the manifest.
public struct RecordingReport: Codable, Hashable, Sendable {
    /// The recording's name, or a file's path in the dataset folder.
    public var name: String
    /// Seconds of audio; nil where it couldn't be read.
    public var seconds: Double?
    /// Of the source, in Hz.
    public var rate: Int?
    /// Of the source.
    public var channels: Int?
    /// Labels that could be read.
    public var labels = 0
    public var findings: [Finding] = []
    /// The source, so that it is known again.
    var audio: Source?
    var labelFile: Source?
    /// What was written, relative to the output folder.
    var output: String?

    /// A file that was read.
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

    /// Whether it has audio and labels, and nothing is wrong that keeps it from being used.
    public var isUsable: Bool {
        audio != nil && labelFile != nil && !findings.contains { $0.severity == .error }
    }

    enum CodingKeys: String, CodingKey {
        case name, seconds, rate, channels, labels, findings, audio, output
        case labelFile = "label_file"
    }
}
