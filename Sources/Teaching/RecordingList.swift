import Alignment
import AlignmentTools
import Datasets
import Foundation
import Training

/// Assigns recordings to scores, as listed on the command line.
public enum RecordingList {
    /// Parses a list of paths: a score, followed by one or more recordings of it, then the next score, and so on.
    /// Folders of pairs may stand anywhere in the list. The file name extension tells scores from recordings.
    ///
    /// - Returns: pairs in the order given.
    /// - Throws: `TrainingError.pairing` for a list that doesn't follow this form or names a recording twice;
    ///   `AlignmentError` for a folder that cannot be used.
    public static func pairs(_ paths: [String]) throws -> [ArchivePair] {
        var pairs: [ArchivePair] = []
        // The latest score, and the number of its recordings so far.
        var current: (path: String, recordings: Int)?
        func close() throws(TrainingError) {
            guard let score = current, score.recordings == 0 else { return }
            throw .pairing("the score '\(score.path)' is not followed by a recording")
        }
        for path in paths {
            var isDirectory: ObjCBool = false
            if FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), isDirectory.boolValue {
                try close()
                current = nil
                pairs += try ArchiveListing(folder: path).pairs
                continue
            }
            let kind = URL(fileURLWithPath: path).pathExtension.lowercased()
            if ArchiveListing.scoreExtensions.contains(kind) {
                try close()
                current = (path, 0)
            } else if DatasetFolder.audioExtensions.contains(kind) {
                guard let score = current else {
                    throw TrainingError.pairing("no score precedes the recording '\(path)'")
                }
                current?.recordings += 1
                pairs.append(ArchivePair(name: name(of: path), score: score.path, audio: path))
            } else {
                throw TrainingError.pairing(
                    "'\(path)' is neither a score (\(ArchiveListing.scoreExtensions.joined(separator: ", "))), "
                        + "nor a recording (\(DatasetFolder.audioExtensions.sorted().joined(separator: ", "))), "
                        + "nor a folder")
            }
        }
        try close()
        var known: Set<String> = []
        if let twice = pairs.first(where: {
            !known.insert(URL(fileURLWithPath: $0.audio).standardizedFileURL.path).inserted
        }) {
            throw TrainingError.pairing("the recording '\(twice.audio)' is given twice")
        }
        guard !pairs.isEmpty else { throw TrainingError.pairing("no recording is given") }
        return pairs
    }

    /// The name of the file without its extension, or of its folder if the file is called "audio".
    private static func name(of path: String) -> String {
        let url = URL(fileURLWithPath: path).standardizedFileURL
        let stem = url.deletingPathExtension().lastPathComponent
        return stem == "audio" ? url.deletingLastPathComponent().lastPathComponent : stem
    }
}
