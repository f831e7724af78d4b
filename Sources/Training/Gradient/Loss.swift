import Foundation
import Kernels

/// The objective that training minimises.
public enum Loss: String, Codable, Sendable {
    /// Half the sum of squared differences over the notes, as in the paper.
    case square
    /// The sum over the notes of the cross-entropy between targets and the logistic function of the outputs.
    case logistic

    /// Computes the loss summed over `rows` windows of `columns` outputs and divided by `total` windows, and writes
    /// its gradient with respect to the outputs to `gradients`.
    ///
    /// - Parameters:
    ///   - targets: 0...1; cells with a negative target are ignored.
    ///   - total: number of windows in the whole batch, of which these may be a part.
    ///   - weights: one factor for each column.
    /// - Returns: the loss.
    func evaluate(
        rows: Int, of total: Int, columns: Int, outputs: UnsafePointer<Float>, targets: UnsafePointer<Float>,
        weights: [Float],
        gradients: UnsafeMutablePointer<Float>
    ) -> Double {
        let scale = 1 / Float(total)
        var sumOfAll = 0.0
        if self == .logistic {
            gradients.update(from: outputs, count: rows * columns)
            nk_logistic(gradients, rows * columns)
        }
        for row in 0..<rows {
            var sum: Float = 0
            for column in 0..<columns {
                let index = row * columns + column
                let target = targets[index]
                let weight = target < 0 ? 0 : weights[column]
                switch self {
                case .square:
                    let difference = outputs[index] - target
                    sum += 0.5 * weight * difference * difference
                    gradients[index] = difference * weight * scale
                case .logistic:
                    let z = outputs[index]
                    let posterior = gradients[index]
                    // log(1 + exp(z)) - z t, in a form that doesn't overflow for either sign of z.
                    sum += weight * (max(z, 0) - z * target - log(max(posterior, 1 - posterior)))
                    gradients[index] = (posterior - target) * weight * scale
                }
            }
            sumOfAll += Double(sum)
        }
        return sumOfAll / Double(total)
    }
}
