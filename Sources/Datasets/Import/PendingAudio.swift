import Foundation
import Music
import Sound

/// A recording being written to a dataset folder: it has a temporary name until complete, and is deleted if abandoned.
struct PendingAudio: ~Copyable {
    private let folder: String
    private let audio: String
    private let labels: String
    private let partial: String
    private var writer: AudioFileWriter
    private var isFinished = false

    /// Creates the folders and opens the temporary file.
    ///
    /// MusicNet's two parts keep their folders, so that the dataset can still be split.
    ///
    /// - Throws: ``DatasetError/cannotWrite(path:reason:)``, `SoundError.cannotWrite`.
    init(folder: String, entry: DatasetListing.Entry, isFloat: Bool) throws {
        self.folder = folder
        audio = (entry.part.map { "\($0)_data/" } ?? "") + entry.name + ".wav"
        labels = (entry.part.map { "\($0)_labels/" } ?? "") + entry.name + ".csv"
        partial = folder + "/" + (entry.part.map { "\($0)_data/" } ?? "") + "." + entry.name + ".wav.partial"
        for path in [audio, labels] {
            let place = URL(fileURLWithPath: folder + "/" + path).deletingLastPathComponent()
            do {
                try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
            } catch {
                throw DatasetError.cannotWrite(path: place.path, reason: error.localizedDescription)
            }
        }
        writer = try AudioFileWriter(path: partial, format: isFloat ? .wavFloat : .wav16, rate: RecordingCheck.rate)
    }

    deinit {
        if !isFinished { unlink(partial) }
    }

    /// - Throws: `SoundError.cannotWrite`.
    mutating func write(_ samples: Span<Float>) throws(SoundError) {
        try writer.write(samples)
    }

    /// Completes the audio, writes the labels in MusicNet's columns, and renames both to their final names.
    ///
    /// - Returns: the audio's path relative to the folder.
    /// - Throws: ``DatasetError/cannotWrite(path:reason:)``, `SoundError.cannotWrite`, `MusicError.cannotWrite`.
    mutating func finish(labels file: LabelFile) throws -> String {
        try writer.close()
        try file.write(to: folder + "/" + labels, format: .musicNet)
        guard rename(partial, folder + "/" + audio) == 0 else {
            throw DatasetError.cannotWrite(path: folder + "/" + audio, reason: String(cString: strerror(errno)))
        }
        isFinished = true
        return audio
    }
}
