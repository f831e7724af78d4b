import Basics
import Kernels

/// Runs a ``GridStack`` on a stream, one or many hops at a time. Each convolution keeps the positions that it will need
/// again, so that only new ones are computed.
///
/// One owner. No allocation after `init` for single hops; batches are split between two threads.
final class GridEngine {
    /// The number of samples up to the newest hop's end that the engine needs.
    var width: Int { stack.bank.segment }
    private let stack: GridStack
    private let hop: Int
    private let capacity: Int
    private var transforms: [BankTransform]
    private let bands: [Scratch]
    private let stages: [Stage]
    private let results: Scratch
    private let outputs: Int

    /// A convolution and its input positions.
    private final class Stage {
        let product: GridProduct
        let frames: Scratch
        /// The input of one position after a long silence.
        let silence: Scratch
        /// The capacity in positions, and the index of the first new one.
        let slots: Int
        var next: Int
        var reach: Int { product.grid.reach }
        var pitch: Int { product.input.floats }

        /// New positions that fit before the older ones have to be moved to the front.
        private static let run = 16

        init(_ product: GridProduct, capacity: Int) {
            self.product = product
            slots = product.grid.reach + max(capacity, Self.run)
            frames = Scratch(slots * product.input.floats)
            silence = Scratch(product.input.floats)
            next = product.grid.reach
        }

        /// Makes room for `count` new positions and returns the frame of the first one.
        func room(_ count: Int) -> UnsafeMutablePointer<Float> {
            if next + count > slots {
                frames.pointer.update(from: frames.pointer + (next - reach) * pitch, count: reach * pitch)
                next = reach
            }
            return frames.pointer + next * pitch
        }

        func reset() {
            for slot in 0..<slots { (frames.pointer + slot * pitch).update(from: silence.pointer, count: pitch) }
            next = reach
        }
    }

    /// - Parameter capacity: the maximum number of hops per call.
    init(model: Model, stack: GridStack, capacity: Int) throws(ModelError) {
        self.stack = stack
        self.capacity = capacity
        hop = model.info.hop
        outputs = stack.heads * Architecture.notesPerHead
        var transforms: [BankTransform] = []
        for _ in 0..<(capacity > 1 ? 2 : 1) { transforms.append(try BankTransform(stack.bank)) }
        self.transforms = transforms
        bands = transforms.map { _ in Scratch(stack.bank.bands * stack.bank.resolutions.count) }
        stages = stack.stages.map { stage in
            let product = stage.product()
            product.load(
                model.tensors[Architecture.weightName(stage.layer)]?.values ?? [], bias: model.bias(stage.layer))
            return Stage(product, capacity: capacity)
        }
        results = Scratch(capacity * stack.notes * stack.heads)
        primeWithSilence()
    }

    /// Sets every position to its value after a long silence, to which the biases contribute.
    private func primeWithSilence() {
        for (index, stage) in stages.enumerated() {
            stage.reset()
            guard index + 1 < stages.count else { break }
            let next = stages[index + 1]
            stage.product.apply(
                stage.frames.pointer, step: stage.product.grid.timeStep * stage.pitch,
                into: next.silence.pointer + next.product.input.start)
        }
    }

    /// Computes the posteriors of `hops` hops.
    ///
    /// - Parameters:
    ///   - samples: ``width`` samples and `hops - 1` hops more, oldest first, ending with the newest hop.
    ///   - posteriors: 128 per head and hop.
    func process(_ samples: UnsafePointer<Float>, hops: Int, into posteriors: inout MutableSpan<Float>) {
        let first = stages[0].room(hops)
        share(hops) { part, thread in
            for index in part {
                transforms[thread].evaluate(samples + index * hop, into: bands[thread].pointer)
                stack.stack(
                    bands[thread].pointer, into: first + index * stages[0].pitch + stages[0].product.input.start)
            }
        }
        let width = stack.notes * stack.heads
        for (number, stage) in stages.enumerated() {
            let isLast = number + 1 == stages.count
            let target =
                isLast ? results.pointer : stages[number + 1].room(hops) + stages[number + 1].product.input.start
            let targetPitch = isLast ? width : stages[number + 1].pitch
            let oldest = stage.frames.pointer + (stage.next - stage.reach) * stage.pitch
            let step = stage.product.grid.timeStep * stage.pitch
            share(hops) { part, _ in
                for index in part {
                    stage.product.apply(oldest + index * stage.pitch, step: step, into: target + index * targetPitch)
                }
            }
            stage.next += hops
        }
        posteriors.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress, buffer.count >= hops * outputs else { return }
            for index in 0..<hops { stack.spread(results.pointer + index * width, into: base + index * outputs) }
            if stack.isLogistic { nk_logistic(base, hops * outputs) }
        }
    }

    /// Runs `body` for both halves of `count` concurrently, or for all of it if it is too small to split.
    private func share(_ count: Int, _ body: (_ part: Range<Int>, _ thread: Int) -> Void) {
        ThreadTeam(count: count > 3 ? transforms.count : 1).split(count, body)
    }

    func reset() {
        for stage in stages { stage.reset() }
    }

    /// Filters all further positions with the filters of `tuning`.
    ///
    /// - Returns: whether the tuning was made for this network.
    func retune(_ tuning: NetworkTuning) -> Bool {
        guard tuning.original == stack.bank, tuning.transforms.count >= transforms.count else { return false }
        for index in transforms.indices { transforms[index] = tuning.transforms[index] }
        return true
    }
}
