import Kernels

/// How the difference of two feature vectors is measured.
public enum Norm: String, Sendable, Hashable, CaseIterable, Codable {
    /// Sum of magnitudes.
    case l1
    /// Euclidean length: the paper's.
    case l2
    /// Greatest magnitude.
    case linf

    var code: Int32 {
        switch self {
        case .l1: Int32(NK_NORM_L1)
        case .l2: Int32(NK_NORM_L2)
        case .linf: Int32(NK_NORM_MAX)
        }
    }
}
