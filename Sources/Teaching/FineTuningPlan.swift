import Alignment
import Datasets
import Foundation
import Training

/// What a course of teaching is made of: kept beside its checkpoint, so that it can be taken up again, and in the model
/// that comes of it.
public struct FineTuningPlan: Codable, Sendable, Equatable {
    /// A recording that is learned from.
    public struct Source: Codable, Sendable, Equatable {
        public var name: String
        /// Hash of the file.
        public var hash: String
        /// Seconds that are trained on, and seconds that are held out.
        public var training: Double
        public var heldOut: Double

        enum CodingKeys: String, CodingKey {
            case name, hash
            case training = "training_s"
            case heldOut = "held_out_s"
        }
    }

    /// Hash of the model that is taught.
    public var base: String
    public var recordings: [Source]
    /// How much of each batch is from these recordings, 0...1.
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
    /// - Throws: `TrainingError.checkpoint`.
    public init(path: String) throws(TrainingError) {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw .checkpoint(path: path, reason: "there is no such file; leave out --resume to begin")
        }
        do { self = try JSONDecoder().decode(FineTuningPlan.self, from: data) } catch {
            throw .checkpoint(path: path, reason: "it is no plan of this program")
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

    /// Makes sure that a plan can be gone on with.
    ///
    /// - Throws: `TrainingError.checkpoint` when it is about another model or other recordings.
    public func checkResumption(by other: FineTuningPlan, path: String) throws(TrainingError) {
        if base != other.base { throw .checkpoint(path: path, reason: "another base model was taught there") }
        if recordings != other.recordings {
            throw .checkpoint(path: path, reason: "other recordings were learned from there, or other parts of them")
        }
        if share != other.share || recipe != other.recipe {
            throw .checkpoint(
                path: path, reason: "it was begun with other settings; give the same, or leave out --resume")
        }
    }

    private static func rounded(_ seconds: Double) -> Double { (seconds * 10).rounded() / 10 }
}
