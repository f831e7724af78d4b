/// Why training cannot start or go on. Each message names the culprit and says what to do.
public enum TrainingError: Error, Equatable, CustomStringConvertible {
    case recipe(path: String, reason: String)
    case unreadable(path: String, reason: String)
    case badData(path: String, reason: String)
    case emptyDataset(path: String)
    case checkpoint(path: String, reason: String)
    /// The loss is no longer a number, at this step.
    case diverged(step: Int, checkpoint: String?)
    case write(path: String, reason: String)
    /// There are fewer excerpts in a batch than processes.
    case batch(Int, processes: Int)
    /// Scores and recordings that don't pair up.
    case pairing(String)
    /// So little of the user's own music can be learned from, in seconds.
    case tooLittleMusic(seconds: Double, needed: Double)
    /// A model that cannot be trained any further.
    case base(path: String, reason: String)

    public var description: String {
        switch self {
        case .recipe(let path, let reason): "the recipe '\(path)' cannot be used: \(reason)"
        case .unreadable(let path, let reason): "cannot read '\(path)': \(reason)"
        case .badData(let path, let reason): "'\(path)' is no usable training data: \(reason)"
        case .emptyDataset(let path):
            "there is no recording with labels in '\(path)'; a dataset is a folder of NAME.wav beside NAME.csv"
        case .checkpoint(let path, let reason): "cannot resume from '\(path)': \(reason)"
        case .diverged(let step, let checkpoint):
            "the loss stopped being a number at step \(step); lower the recipe's rate"
                + (checkpoint.map { "; the last good state is in '\($0)'" } ?? "")
        case .batch(let batch, let processes):
            "a batch of \(batch) cannot be shared out to \(processes) processes; change the recipe's batch "
                + "or mpirun's -n"
        case .pairing(let reason): reason
        case .tooLittleMusic(let seconds, let needed):
            "only \(Int(seconds)) s of these recordings can be learned from, and it takes \(Int(needed)): add recordings, or "
                + "look at them with notelab align --plot"
        case .base(let path, let reason): "the model '\(path)' cannot be taught: \(reason)"
        case .write(let path, let reason): "cannot write '\(path)': \(reason)"
        }
    }
}
