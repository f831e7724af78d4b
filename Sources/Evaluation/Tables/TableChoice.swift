/// The tables that a command line requests.
public enum TableChoice: Sendable, Equatable {
    case benchmark
    case errors
    /// One of Tables 5 to 7, each for a certain recording of MusicNet.
    case paperRecording(number: Int)
    /// Tables 5 to 7 if their recordings were evaluated, otherwise a table for each recording.
    case paperRecordings
    /// A table for each recording.
    case recordings

    /// Parses "3" to "7", "5-7" or "recordings"; nil for anything else.
    public init?(_ text: String) {
        switch text {
        case "3": self = .benchmark
        case "4": self = .errors
        case "5", "6", "7":
            guard let number = Int(text) else { return nil }
            self = .paperRecording(number: number)
        case "5-7": self = .paperRecordings
        case "recordings": self = .recordings
        default: return nil
        }
    }

    /// The requested tables.
    ///
    /// - Parameters:
    ///   - recording: the recording of a single-recording table; nil for the paper's.
    ///   - names: the recordings that the models are evaluated on.
    /// - Throws: ``EvaluationError/noRecording(name:existing:)`` if the recording is not among `names`.
    public func kinds(recording: String?, among names: [String]) throws(EvaluationError) -> [ResultsTable.Kind] {
        switch self {
        case .benchmark: return [.benchmark]
        case .errors: return [.errors]
        case .paperRecording(let number):
            let name = recording ?? PaperFigures.recordings.first { $0.number == number }?.recording ?? ""
            guard names.contains(name) else { throw .noRecording(name: name, existing: names) }
            return [.recording(name)]
        case .paperRecordings, .recordings:
            if let recording {
                guard names.contains(recording) else { throw .noRecording(name: recording, existing: names) }
                return [.recording(recording)]
            }
            let known = PaperFigures.recordings.map(\.recording)
            let isPaper = self == .paperRecordings && known.allSatisfy(names.contains)
            return (isPaper ? known : names).map { .recording($0) }
        }
    }
}
