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
