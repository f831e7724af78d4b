import Basics
import Kernels
import Networks

/// Average pooling over positions.
final class DirectPool: DirectLayer {
    let outputCount: Int

    private let windows: Int
    private let positions: Int
    private let channels: Int
    private let width: Int
    private let step: Int
    private let regions: Int
    /// The input gradient of one window, for each thread. It is accumulated here because regions overlap.
    private let scratch: [FloatBuffer]

    init(windows: Int, positions: Int, channels: Int, width: Int, step: Int, threads: Int) {
        self.windows = windows
        self.positions = positions
        self.channels = channels
        self.width = width
        self.step = step
        regions = (positions - width) / step + 1
        outputCount = regions * channels
        scratch = (0..<threads).map { _ in FloatBuffer(count: positions * channels) }
    }

    func forward(_ input: UnsafeMutablePointer<Float>, into output: UnsafeMutablePointer<Float>, team: ThreadTeam) {
        team.split(windows) { part, _ in
            for window in part {
                let source = input + window * self.positions * self.channels
                for region in 0..<self.regions {
                    let mean = output + (window * self.regions + region) * self.channels
                    mean.update(repeating: 0, count: self.channels)
                    for position in region * self.step..<region * self.step + self.width {
                        nk_axpy(self.channels, 1 / Float(self.width), source + position * self.channels, mean)
                    }
                }
            }
        }
    }

    func backward(
        _ input: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>, throughInput: Bool, team: ThreadTeam
    ) {
        guard throughInput else { return }
        let count = positions * channels
        team.split(windows) { part, thread in
            let sum = self.scratch[thread]
            for window in part {
                sum.clear()
                for region in 0..<self.regions {
                    let slope = gradient + (window * self.regions + region) * self.channels
                    for position in region * self.step..<region * self.step + self.width {
                        nk_axpy(self.channels, 1 / Float(self.width), slope, sum.pointer + position * self.channels)
                    }
                }
                (input + window * count).update(from: sum.pointer, count: count)
            }
        }
    }
}
