import Basics
import Networks

/// Combines the two halves of each row of channels: a^2 + b^2, or |a| + |b|.
final class DirectPairs: DirectLayer {
    let outputCount: Int

    private let rule: PairRule
    private let rows: Int
    private let half: Int

    /// - Parameters:
    ///   - positions: positions in a window.
    ///   - channels: channels of the input; an even number.
    init(rule: PairRule, windows: Int, positions: Int, channels: Int) {
        self.rule = rule
        rows = windows * positions
        half = channels / 2
        outputCount = positions * half
    }

    func forward(_ input: UnsafeMutablePointer<Float>, into output: UnsafeMutablePointer<Float>, team: ThreadTeam) {
        team.split(rows) { part, _ in
            for row in part {
                self.rule.join(
                    input + row * 2 * self.half, channels: 2 * self.half, into: output + row * self.half)
            }
        }
    }

    func backward(
        _ input: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>, throughInput: Bool, team: ThreadTeam
    ) {
        guard throughInput else { return }
        team.split(rows) { part, _ in
            for row in part {
                let (sums, slope) = (input + row * 2 * self.half, gradient + row * self.half)
                for index in 0..<2 * self.half {
                    let factor = self.rule == .power ? 2 * sums[index] : (sums[index] < 0 ? -1 : 1)
                    sums[index] = factor * slope[index % self.half]
                }
            }
        }
    }
}
