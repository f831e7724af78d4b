import Foundation
import Networks

extension ConfidenceCurve {
    /// Fits a curve by maximum likelihood: Newton's method, with a little weight on slope 1 and 0 for the others so that few notes, or only
    /// right ones, don't drive it to infinity. A curve never falls with the height: where higher ones were right less often, all notes get
    /// their share of right ones.
    public init(fitting notes: [JudgedEvidence]) {
        let usual = ConfidenceCurve(offset: 0, slope: 1).weights
        let count = usual.count
        let rows = notes.map { (terms: Self.terms(of: $0.evidence), isRight: $0.isRight) }
        var weights = usual
        let prior = 1.0
        /// The penalised logarithm of the likelihood.
        func likelihood(_ weights: [Double]) -> Double {
            let penalty = zip(weights, usual).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
            return rows.reduce(-prior / 2 * penalty) { sum, row in
                let odds = zip(weights, row.terms).reduce(0) { $0 + $1.0 * $1.1 }
                // log(1 + exp(x)) without overflow.
                return sum - (max(0, row.isRight ? -odds : odds) + log1p(exp(-abs(odds))))
            }
        }
        var reached = likelihood(weights)
        for _ in 0..<50 {
            var gradient = (0..<count).map { prior * (usual[$0] - weights[$0]) }
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
            // Far from the optimum a full step may overshoot: it is halved until it leads upwards.
            var (part, next, found) = (1.0, weights, reached)
            repeat {
                next = zip(weights, change).map { $0 + part * $1 }
                found = likelihood(next)
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

    /// Solves a small system of equations by elimination; the matrix is positive definite, so pivots stand on the diagonal.
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
