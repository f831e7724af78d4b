import Alignment
import AlignmentTools
import Datasets
import Foundation
import Training

/// Which recordings belong to which scores, as a command line says it.
public enum RecordingList {
    /// Reads file names: a score followed by one or more recordings of it, then the next score, and so on; folders of
    /// pairs may stand anywhere between. What a file is goes by its extension.
    ///
    /// - Returns: in the order given, each recording once.
    /// - Throws: `TrainingError.pairing`, `AlignmentError`.
    public static func pairs(_ paths: [String]) throws -> [ArchivePair] {
        var pairs: [ArchivePair] = []
        // The score that recordings belong to, and how many it has so far.
        var current: (path: String, recordings: Int)?
        func close() throws(TrainingError) {
            guard let score = current, score.recordings == 0 else { return }
            throw .pairing("the score '\(score.path)' is followed by no recording of it")
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
                    throw TrainingError.pairing("no score stands before the recording '\(path)'")
                }
                current?.recordings += 1
                pairs.append(ArchivePair(name: name(of: path), score: score.path, audio: path))
            } else {
                throw TrainingError.pairing(
                    "'\(path)' is neither a score (\(ArchiveListing.scoreExtensions.joined(separator: ", "))), "
                        + "nor a recording (\(DatasetFolder.audioExtensions.sorted().joined(separator: ", "))), nor a folder"
                )
            }
        }
        try close()
        var known: Set<String> = []
        if let twice = pairs.first(where: {
            !known.insert(URL(fileURLWithPath: $0.audio).standardizedFileURL.path).inserted
        }) {
            throw TrainingError.pairing("the recording '\(twice.audio)' is given twice")
        }
        guard !pairs.isEmpty else { throw TrainingError.pairing("there is no recording to learn from") }
        return pairs
    }

    /// The file's name, or its folder's where that says more: "audio.wav" says nothing.
    private static func name(of path: String) -> String {
        let url = URL(fileURLWithPath: path).standardizedFileURL
        let stem = url.deletingPathExtension().lastPathComponent
        return stem == "audio" ? url.deletingLastPathComponent().lastPathComponent : stem
    }
}
