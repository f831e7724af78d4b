/// Why training cannot start or continue. Each description names the offending value and, where possible, the remedy.
public enum TrainingError: Error, Equatable, CustomStringConvertible {
    case recipe(path: String, reason: String)
    case unreadable(path: String, reason: String)
    case emptyDataset(path: String)
    case checkpoint(path: String, reason: String)
    /// The loss or a weight is no longer finite, at this step.
    case diverged(step: Int, checkpoint: String?)
    case write(path: String, reason: String)
    /// A batch has fewer excerpts than there are processes.
    case batch(Int, processes: Int)
    /// A list of scores and recordings that don't form pairs.
    case pairing(String)
    /// Too little of the user's recordings has reliable labels, in seconds.
    case tooLittleMusic(seconds: Double, needed: Double)
    /// A base model that cannot be fine-tuned.
    case base(path: String, reason: String)

    public var description: String {
        switch self {
        case .recipe(let path, let reason): "the recipe '\(path)' cannot be used: \(reason)"
        case .unreadable(let path, let reason): "cannot read '\(path)': \(reason)"
        case .emptyDataset(let path):
            "there is no recording with labels in '\(path)'; a dataset is a folder of NAME.wav beside NAME.csv"
        case .checkpoint(let path, let reason): "cannot resume from '\(path)': \(reason)"
        case .diverged(let step, let checkpoint):
            "training diverged at step \(step); lower the recipe's rate"
                + (checkpoint.map { "; the last valid checkpoint is '\($0)'" } ?? "")
        case .batch(let batch, let processes):
            "a batch of \(batch) cannot be divided among \(processes) processes; change the recipe's batch "
                + "or mpirun's -n"
        case .pairing(let reason): reason
        case .tooLittleMusic(let seconds, let needed):
            "only \(Int(seconds)) s of these recordings are usable for training, and \(Int(needed)) s are needed: "
                + "add recordings, or inspect the alignments with notelab align --plot"
        case .base(let path, let reason): "the model '\(path)' cannot be fine-tuned: \(reason)"
        case .write(let path, let reason): "cannot write '\(path)': \(reason)"
        }
    }
}
