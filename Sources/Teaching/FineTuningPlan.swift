import Alignment
import Datasets
import Foundation
import Training

/// The inputs of a fine-tuning run. It is stored beside the checkpoint, so that a resumed run can be checked against
/// it, and in the metadata of the resulting model.
public struct FineTuningPlan: Codable, Sendable, Equatable {
    /// A recording that the model is fine-tuned on.
    public struct Source: Codable, Sendable, Equatable {
        public var name: String
        /// Hash of the audio file.
        public var hash: String
        /// Duration of the training part and of the held-out part, in seconds.
        public var training: Double
        public var heldOut: Double

        enum CodingKeys: String, CodingKey {
            case name, hash
            case training = "training_s"
            case heldOut = "held_out_s"
        }
    }

    /// Hash of the base model.
    public var base: String
    public var recordings: [Source]
    /// Fraction of each batch that comes from these recordings, 0...1.
    public var share: Double
    public var recipe: Recipe

    public init(base: String, examples: [FineTuningExample], split: HeldOutSplit, share: Double, recipe: Recipe) {
        self.base = base
        self.share = share
        self.recipe = recipe
        recordings = zip(examples, split.parts).map { example, part in
            Source(
                name: example.pair.name, hash: example.digest, training: Self.rounded(part.training.duration),
                heldOut: Self.rounded(part.heldOut.duration))
        }
    }

    /// Reads the plan of an earlier run.
    ///
    /// - Throws: `TrainingError.checkpoint` if the file is missing or invalid.
    public init(path: String) throws(TrainingError) {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw .checkpoint(path: path, reason: "there is no such file; omit --resume to start a new run")
        }
        do { self = try JSONDecoder().decode(FineTuningPlan.self, from: data) } catch {
            throw .checkpoint(path: path, reason: "it is not a fine-tuning plan")
        }
    }

    /// - Throws: `TrainingError.write`.
    public func write(to path: String) throws(TrainingError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        do { try encoder.encode(self).write(to: URL(fileURLWithPath: path), options: .atomic) } catch {
            throw .write(path: path, reason: error.localizedDescription)
        }
    }

    /// Checks that a run with another plan can resume the run of this one.
    ///
    /// - Throws: `TrainingError.checkpoint` if base model, recordings, share or recipe differ.
    public func checkResumption(by other: FineTuningPlan, path: String) throws(TrainingError) {
        if base != other.base { throw .checkpoint(path: path, reason: "it is for another base model") }
        if recordings != other.recordings {
            throw .checkpoint(path: path, reason: "it is for other recordings, or other parts of them")
        }
        if share != other.share || recipe != other.recipe {
            throw .checkpoint(
                path: path, reason: "it has other settings; use the same ones, or omit --resume")
        }
    }

    private static func rounded(_ seconds: Double) -> Double { (seconds * 10).rounded() / 10 }
}
