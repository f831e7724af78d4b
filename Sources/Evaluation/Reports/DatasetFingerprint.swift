import Datasets
import Foundation

/// Tells whether two datasets are the same: recordings' names, sizes of audio files and contents of label files.
public enum DatasetFingerprint {
    /// 16 hexadecimal digits. Reads the label files; those that cannot be read count as empty, as judging will say so.
    public static func of(_ dataset: DatasetFolder) -> String {
        var hash = ContentHash()
        for recording in dataset.recordings {
            let size = try? FileManager.default.attributesOfItem(atPath: recording.audioPath)[.size] as? Int
            hash.add(recording.name)
            hash.add("\(size ?? 0)")
            hash.add(FileManager.default.contents(atPath: recording.labelPath) ?? Data())
        }
        return hash.text
    }
}
