import Alignment
import ArgumentParser
import Datasets
import Evaluation
import Figures
import Following
import Foundation
import Music
import Networks
import Performing
import Rendering
import Scores
import Sound
import Synthesis
import Terminal
import Training

extension ParsableCommand {
    /// Runs the body of a command. An error is reported on standard error and becomes the matching exit code.
    ///
    /// Warnings about audio files are printed on standard error.
    static func reporting(_ body: () throws -> Void) throws {
        AudioFileWarnings.observe { path, warning in log("warning: '\(path)': \(warning)") }
        do { try body() } catch { throw reported(error) }
    }

    private static func reported(_ error: any Error) -> any Error {
        if error is ExitCode || error is ValidationError { return error }
        // The reader of our output has closed it, as `head` does.
        if let error = error as? DescriptorError, error.isBrokenPipe { return ExitCode.success }
        log("\(error)")
        return ExitCode(exitStatus(of: error).rawValue)
    }

    private static func exitStatus(of error: any Error) -> ExitStatus {
        switch error {
        case let error as RenderingError:
            error.isMissingInput ? .missingInput : error.isOutputFailure ? .ioError : .badData
        case let error as ScoreError: error.isMissingInput ? .missingInput : .badData
        case let error as AlignmentError:
            switch error {
            case .unreadable, .noSoundFont: .missingInput
            case .cannotWrite: .ioError
            case .badParameter: .usage
            case .tooShort, .unplayed, .mismatch, .noPairs, .badList, .badReference: .badData
            }
        case let error as FollowingError:
            switch error {
            case .noSuchPlace: .usage
            case .noSounds: .missingInput
            default: .badData
            }
        case let error as PerformanceError: error.isOutputFailure ? .ioError : .badData
        case let error as SynthesisError: error.isMissingInput ? .missingInput : .badData
        case MusicError.cannotWrite, SoundError.cannotWrite: .ioError
        case let error as MusicError: error.isMissingInput ? .missingInput : .badData
        case let error as SoundError: error.isMissingInput ? .missingInput : .badData
        case let error as ModelError: if case .unreadable = error { .missingInput } else { .badData }
        case let error as DatasetError:
            error.isMissingInput ? .missingInput : error.isOutputFailure ? .ioError : .badData
        case let error as EvaluationError:
            switch error {
            case .unreadable: .missingInput
            case .cannotWrite: .ioError
            case .unsuitable, .noFrames, .noModels, .noReports, .noRecording, .badTable, .noPairs: .badData
            }
        case let error as FiguresError:
            switch error {
            case .unreadable: .missingInput
            case .cannotWrite: .ioError
            case .noData, .invalid, .malformed: .badData
            }
        case let error as TrainingError:
            switch error {
            case .unreadable: .missingInput
            case .write: .ioError
            case .batch, .pairing: .usage
            case .recipe, .emptyDataset, .checkpoint, .diverged, .tooLittleMusic, .base: .badData
            }
        default: .ioError
        }
    }
}
