import Foundation
import Music
import Training

/// The working folder of a fine-tuning run: labels, rendered clips, plan and checkpoint.
public struct FineTuningFolder: Sendable {
    public let path: String

    /// Creates the folder if it is missing.
    ///
    /// - Throws: `TrainingError.write`.
    public init(path: String) throws(TrainingError) {
        self.path = path
        do {
            try FileManager.default.createDirectory(atPath: path + "/labels", withIntermediateDirectories: true)
        } catch {
            throw .write(path: path, reason: error.localizedDescription)
        }
    }

    public var plan: String { path + "/plan.json" }
    public var checkpoint: String { path + "/checkpoint" }
    public var rendered: String { path + "/rendered" }

    /// Writes the labels of each example, for inspection and for the evaluation. Uncertain notes are left out.
    ///
    /// - Returns: the paths, one for each example.
    /// - Throws: `MusicError.cannotWrite`.
    public func write(labelsOf examples: [FineTuningExample]) throws(MusicError) -> [String] {
        var paths: [String] = []
        for (index, example) in examples.enumerated() {
            let name = example.pair.name.split(separator: "/").joined(separator: "-")
            let path = "\(path)/labels/\(index + 1)-\(name).csv"
            let uncertain = Set(example.uncertain)
            let labels = example.labels.labels.filter { !uncertain.contains($0.note) }
            try LabelFile(labels: labels).write(to: path, format: .musicNet)
            paths.append(path)
        }
        return paths
    }
}
