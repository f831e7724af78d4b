import Basics
import Kernels
import Networks

/// An elementwise nonlinearity.
final class DirectActivation: DirectLayer {
    enum Kind {
        /// log(1 + max(0, x)).
        case logReLU
        /// max(0, x).
        case relu
    }

    let outputCount: Int

    private let kind: Kind
    private let windows: Int

    init(kind: Kind, windows: Int, count: Int) {
        self.kind = kind
        self.windows = windows
        outputCount = count
    }

    func forward(_ input: UnsafeMutablePointer<Float>, into output: UnsafeMutablePointer<Float>, team: ThreadTeam) {
        team.split(windows * outputCount) { part, _ in
            let result = output + part.lowerBound
            result.update(from: input + part.lowerBound, count: part.count)
            switch self.kind {
            case .logReLU: nk_log_relu(result, part.count)
            case .relu: for index in 0..<part.count { result[index] = max(0, result[index]) }
            }
        }
    }

    func backward(
        _ input: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>, throughInput: Bool, team: ThreadTeam
    ) {
        guard throughInput else { return }
        team.split(windows * outputCount) { part, _ in
            let (values, slope) = (input + part.lowerBound, gradient + part.lowerBound)
            switch self.kind {
            case .logReLU: nk_log_relu_sum_backward(values, part.count, 1, part.count, slope)
            case .relu: for index in 0..<part.count { values[index] = values[index] > 0 ? slope[index] : 0 }
            }
        }
    }
}
