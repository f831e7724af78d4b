/// One thing that is wrong with one file of a dataset.
public struct Finding: Codable, Hashable, Sendable {
    /// Whether what is wrong keeps a recording from being used.
    public enum Severity: String, Codable, Sendable, CaseIterable {
        case error, warning
    }

    public var kind: Kind
    /// How many labels, samples or lines it concerns; 1 where it concerns the file.
    public var count: Int
    /// The end of a sentence that begins with the file's name.
    public var detail: String

    public init(_ kind: Kind, count: Int = 1, _ detail: String) {
        self.kind = kind
        self.count = count
        self.detail = detail
    }

    public var severity: Severity { kind.severity }
}

extension Finding {
    /// What can be wrong, errors first.
    public enum Kind: String, Codable, Sendable, CaseIterable {
        case unreadableAudio = "unreadable_audio"
        case silentAudio = "silent_audio"
        case unreadableLabels = "unreadable_labels"
        case badLine = "bad_line"
        case unknownInstrument = "unknown_instrument"
        case noteOutOfRange = "note_out_of_range"
        case negativeLength = "negative_length"
        case noLabelInside = "no_label_inside"
        case wrongChecksum = "wrong_checksum"
        case nameTwice = "name_twice"

        case audioAlone = "audio_without_labels"
        case labelsAlone = "labels_without_audio"
        case otherRate = "other_rate"
        case severalChannels = "several_channels"
        case clippedAudio = "clipped_audio"
        case unusableSamples = "unusable_samples"
        case noLabels = "no_labels"
        case labelsOutside = "labels_outside_audio"
        case zeroLength = "zero_length"
        case overlappingLabels = "overlapping_labels"
        case outsidePiano = "outside_piano"
        case missingFile = "missing_file"
        case badMetadata = "bad_metadata"

        public var severity: Severity {
            switch self {
            case .unreadableAudio, .silentAudio, .unreadableLabels, .badLine, .unknownInstrument, .noteOutOfRange,
                .negativeLength, .noLabelInside, .wrongChecksum, .nameTwice:
                .error
            case .audioAlone, .labelsAlone, .otherRate, .severalChannels, .clippedAudio, .unusableSamples, .noLabels,
                .labelsOutside, .zeroLength, .overlappingLabels, .outsidePiano, .missingFile, .badMetadata:
                .warning
            }
        }

        /// As a table lists it.
        public var title: String {
            switch self {
            case .unreadableAudio: "audio that cannot be read, or breaks off"
            case .silentAudio: "audio that is silent all through"
            case .unreadableLabels: "labels that cannot be read"
            case .badLine: "lines that are no labels"
            case .unknownInstrument: "instruments that are none of General MIDI"
            case .noteOutOfRange: "notes that are none of MIDI"
            case .negativeLength: "labels that end before they begin"
            case .noLabelInside: "labels that all lie outside the audio"
            case .wrongChecksum: "files that differ from their checksum"
            case .nameTwice: "names that two recordings bear"
            case .audioAlone: "audio without labels"
            case .labelsAlone: "labels without audio"
            case .otherRate: "audio at another rate than 44,100 Hz"
            case .severalChannels: "audio of several channels"
            case .clippedAudio: "audio that is clipped all through"
            case .unusableSamples: "samples that are no numbers"
            case .noLabels: "files without a label"
            case .labelsOutside: "labels that reach outside the audio"
            case .zeroLength: "labels without length"
            case .overlappingLabels: "labels that overlap one of the same instrument and pitch"
            case .outsidePiano: "notes outside the piano's range"
            case .missingFile: "files with a checksum that are not there"
            case .badMetadata: "metadata that cannot be read"
            }
        }
    }
}
