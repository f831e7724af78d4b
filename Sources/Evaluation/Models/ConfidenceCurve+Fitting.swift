import Foundation
import Networks

extension ConfidenceCurve {
    /// Fits a curve by penalized maximum likelihood with Newton's method.
    ///
    /// A weak quadratic prior pulls the slope towards 1 and the other weights towards 0, so that the weights stay
    /// finite even if the notes are few or all of them are right. The curve is constrained not to fall with the height:
    /// if higher notes are right less often, all notes get the overall share of right notes as their probability.
    public init(fitting notes: [LabelledEvidence]) {
        let priorMean = ConfidenceCurve(offset: 0, slope: 1).weights
        let count = priorMean.count
        let rows = notes.map { (terms: Self.terms(of: $0.evidence), isRight: $0.isRight) }
        var weights = priorMean
        let prior = 1.0
        /// The penalized log-likelihood.
        func logLikelihood(_ weights: [Double]) -> Double {
            let penalty = zip(weights, priorMean).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
            return rows.reduce(-prior / 2 * penalty) { sum, row in
                let odds = zip(weights, row.terms).reduce(0) { $0 + $1.0 * $1.1 }
                // log(1 + exp(x)) without overflow.
                return sum - (max(0, row.isRight ? -odds : odds) + log1p(exp(-abs(odds))))
            }
        }
        var reached = logLikelihood(weights)
        for _ in 0..<50 {
            var gradient = (0..<count).map { prior * (priorMean[$0] - weights[$0]) }
            var curvature = (0..<count).map { row in (0..<count).map { $0 == row ? prior : 0 } }
            for row in rows {
                let odds = zip(weights, row.terms).reduce(0) { $0 + $1.0 * $1.1 }
                let p = 1 / (1 + exp(-odds))
                let residual = (row.isRight ? 1 : 0) - p
                for a in 0..<count where row.terms[a] != 0 {
                    gradient[a] += residual * row.terms[a]
                    for b in 0..<count { curvature[a][b] += p * (1 - p) * row.terms[a] * row.terms[b] }
                }
            }
            guard let change = Self.solution(curvature, gradient) else { break }
            // Far from the optimum a full step may overshoot, so halve it until the likelihood rises.
            var (part, next, found) = (1.0, weights, reached)
            repeat {
                next = zip(weights, change).map { $0 + part * $1 }
                found = logLikelihood(next)
                part /= 2
            } while !(found >= reached) && part > 1e-6
            guard found >= reached else { break }
            let gain = found - reached
            (weights, reached) = (next, found)
            if gain < 1e-9 * max(1, abs(reached)) { break }
        }
        self.init(weights: weights)
        guard slope < 0 else { return }
        let right = Double(notes.count { $0.isRight }) + 1
        self.init(offset: Self.logit(right / Double(notes.count + 2)), slope: 0)
    }

    /// Solves a small linear system by Gaussian elimination.
    ///
    /// The matrix is positive definite, so no pivoting is needed. Returns nil if it is nearly singular.
    private static func solution(_ matrix: [[Double]], _ values: [Double]) -> [Double]? {
        var (matrix, values) = (matrix, values)
        let count = values.count
        for pivot in 0..<count {
            guard matrix[pivot][pivot] > 1e-12 else { return nil }
            for row in pivot + 1..<count {
                let factor = matrix[row][pivot] / matrix[pivot][pivot]
                for column in pivot..<count { matrix[row][column] -= factor * matrix[pivot][column] }
                values[row] -= factor * values[pivot]
            }
        }
        for row in (0..<count).reversed() {
            for column in row + 1..<count { values[row] -= matrix[row][column] * values[column] }
            values[row] /= matrix[row][row]
        }
        return values
    }
}
