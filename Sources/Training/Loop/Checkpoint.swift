import Datasets
import Foundation
import Networks

/// The complete state of a run between two steps, stored as a safetensors file. A resumed run gives the same result as
/// an uninterrupted one.
struct Checkpoint {
    static let format = "noted.checkpoint"

    /// Number of steps done, and the seconds they took.
    var step: Int
    var seconds: Double

    /// Writes the state of `trainable`, replacing an earlier file atomically.
    func write(_ trainable: TrainableModel, to path: String) throws(TrainingError) {
        var tensors: [String: Tensor] = [:]
        for block in trainable.blocks {
            for (kind, buffer) in block.state {
                tensors["\(block.name).\(kind)"] = Tensor(
                    shape: [buffer.count], values: buffer.array)
            }
        }
        let metadata = [
            "format": Self.format, "step": String(step), "seconds": String(seconds),
            "recipe": trainable.recipe.fingerprint,
        ]
        do {
            try Safetensors(metadata: metadata, tensors: tensors).encoded()
                .write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw .write(path: path, reason: error.localizedDescription)
        }
    }

    /// Restores the state of `trainable`.
    ///
    /// - Returns: the number of steps done and the seconds they took.
    /// - Throws: `TrainingError.unreadable`, or `.checkpoint` if the file is damaged or belongs to another recipe.
    static func restore(_ trainable: TrainableModel, from path: String) throws(TrainingError) -> Checkpoint {
        let data: Data
        do { data = try Data(contentsOf: URL(fileURLWithPath: path)) } catch {
            throw .unreadable(path: path, reason: "the checkpoint is missing or not readable")
        }
        let file: Safetensors
        do { file = try Safetensors(data: data, path: path) } catch {
            throw .checkpoint(path: path, reason: error.description)
        }
        guard file.metadata["format"] == format, let step = file.metadata["step"].flatMap(Int.init) else {
            throw .checkpoint(path: path, reason: "it is not a checkpoint of this program")
        }
        guard file.metadata["recipe"] == trainable.recipe.fingerprint else {
            throw .checkpoint(path: path, reason: "it belongs to another recipe; use that recipe, or start a new run")
        }
        for block in trainable.blocks {
            for (kind, buffer) in block.state {
                guard let tensor = file.tensors["\(block.name).\(kind)"], tensor.values.count == buffer.count else {
                    throw .checkpoint(path: path, reason: "its '\(block.name).\(kind)' is missing or has another size")
                }
                buffer.copy(from: tensor.values)
            }
        }
        return Checkpoint(step: step, seconds: file.metadata["seconds"].flatMap(Double.init) ?? 0)
    }
}

extension TrainedBlock {
    /// All buffers to save, by name.
    fileprivate var state: [(String, FloatBuffer)] {
        [("weights", weights), ("first", first), ("second", second), ("average", average)]
    }
}

extension Recipe {
    /// A hash of all settings that influence the result. The intervals of probes and checkpoints don't.
    var fingerprint: String {
        var copy = self
        copy.probeEvery = 1
        copy.checkpointEvery = 1
        copy.probeWindows = 1
        copy.licence = ""
        copy.representation = ""
        copy.tableOrder = nil
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        var hash = ContentHash()
        hash.add((try? encoder.encode(copy)) ?? Data())
        return hash.text
    }
}
