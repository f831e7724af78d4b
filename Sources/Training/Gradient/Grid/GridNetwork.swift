import Basics
import COneDNN
import Kernels
import Networks

/// Forward and backward passes of a network with a log-frequency filter bank followed by convolutions over time and
/// frequency.
///
/// It evaluates a whole excerpt at once, so that overlapping windows share computation. It computes only positions
/// `spacing` hops apart, which suffices if every `time_step` is a multiple of `spacing`. oneDNN runs the convolutions.
final class GridNetwork: TrainableNetwork {
    let layout: ExcerptLayout
    let batch: Int
    let team: ThreadTeam
    let samples: FloatBuffer
    let responses: FloatBuffer?
    let outputs: FloatBuffer
    let outputGradients: FloatBuffer
    let parameters: [Parameter]

    private let stack: GridStack
    private let library: OneDNN
    private let steps: [GridStep]
    /// Positions of the filter bank in an excerpt.
    private let positions: Int
    private let transforms: [BankTransform]
    private let bands: [FloatBuffer]
    /// The stacked bands, [batch][positions][bands][maps], and the same in the first convolution's data type.
    private let stacked: FloatBuffer
    private let stackedMemory: OneDNN.Memory
    private let input: OneDNN.Memory
    private let loadInput: OneDNN.Primitive
    /// The last convolution's outputs and their gradients, [batch][windows][notes][heads].
    private let results: FloatBuffer
    private let resultsMemory: OneDNN.Memory
    private let resultGradients: FloatBuffer
    private let gradientMemory: OneDNN.Memory
    private let storeResults: OneDNN.Primitive
    private let loadGradient: OneDNN.Primitive

    /// Returns nil for a network of another form, or if `spacing` is too coarse for it.
    ///
    /// - Throws: ``ModelError/architecture(_:)``.
    init?(
        _ architecture: Architecture, layout: ExcerptLayout, batch: Int, fixed: Set<Int>, precision: Precision,
        threads: Int
    ) throws(ModelError) {
        guard let stack = GridStack(architecture, window: layout.window), layout.hop == stack.bank.stride,
            stack.stages.allSatisfy({ $0.grid.time == 1 || $0.grid.timeStep % layout.spacing == 0 }),
            stack.stages.last?.isRectified == false
        else { return nil }
        self.layout = layout
        self.batch = batch
        self.stack = stack
        team = ThreadTeam(count: threads)
        let library = try OneDNN(threads: team.count)
        self.library = library
        positions = layout.windowsPerExcerpt + stack.reach / layout.spacing
        let type = precision == .bfloat16 ? dnnl_bf16 : dnnl_f32
        var extent = GridStep.Extent(
            batch: batch, positions: positions, bands: stack.bands, maps: stack.stages[0].inputMaps)
        stacked = FloatBuffer(count: batch * positions * extent.bands * extent.maps)
        stackedMemory = try OneDNN.Memory(library, try extent.layout(dnnl_f32), in: stacked)
        input = try OneDNN.Memory(library, try extent.layout(type))
        loadInput = try .reorder(library, from: stackedMemory, to: input)
        let lowest = stack.stages.firstIndex { !fixed.contains($0.layer) }
        guard let lowest else { throw .architecture("every layer is fixed: nothing to train") }
        var steps: [GridStep] = []
        for (index, stage) in stack.stages.enumerated() {
            let timeStep = max(1, stage.grid.timeStep / layout.spacing)
            let isLast = index + 1 == stack.stages.count
            let step = try GridStep(
                library, stage: stage, input: steps.last?.output ?? input, from: extent, timeStep: timeStep,
                inputGradient: index > lowest ? steps.last?.outputGradient : nil, type: type,
                outputType: isLast ? dnnl_f32 : type, isTrained: !fixed.contains(stage.layer))
            steps.append(step)
            extent = GridStep.Extent(
                batch: batch, positions: extent.positions - (stage.grid.time - 1) * timeStep,
                bands: extent.bands / stage.grid.bandStride, maps: stage.grid.maps)
        }
        self.steps = steps
        parameters = steps.flatMap { [$0.weights, $0.bias] }
        samples = FloatBuffer(count: batch * layout.samples)
        let responses = FloatBuffer(count: batch * stack.bank.bands)
        responses.fill { 1 }
        self.responses = responses
        let windows = batch * layout.windowsPerExcerpt
        outputs = FloatBuffer(count: windows * layout.outputs)
        outputGradients = FloatBuffer(count: windows * layout.outputs)
        results = FloatBuffer(count: windows * stack.notes * stack.heads)
        resultGradients = FloatBuffer(count: results.count)
        let plain = try extent.layout(dnnl_f32)
        resultsMemory = try OneDNN.Memory(library, plain, in: results)
        gradientMemory = try OneDNN.Memory(library, plain, in: resultGradients)
        let last = steps[steps.count - 1]
        storeResults = try .reorder(library, from: last.output, to: resultsMemory)
        loadGradient = try .reorder(library, from: gradientMemory, to: last.outputGradient)
        var transforms: [BankTransform] = []
        for _ in 0..<team.count { transforms.append(try BankTransform(stack.bank)) }
        self.transforms = transforms
        bands = transforms.map { _ in FloatBuffer(count: stack.bank.bands * stack.bank.resolutions.count) }
    }

    func forward() {
        let width = stack.bands * stack.stages[0].inputMaps
        team.split(batch * positions) { part, thread in
            for index in part {
                let (row, position) = (index / positions, index % positions)
                transforms[thread].evaluate(
                    samples.pointer + row * layout.samples + position * layout.step,
                    through: responses.map { UnsafePointer($0.pointer + row * stack.bank.bands) },
                    into: bands[thread].pointer)
                stack.stack(bands[thread].pointer, into: stacked.pointer + index * width)
            }
        }
        library.run(loadInput, [(DNNL_ARG_FROM, stackedMemory), (DNNL_ARG_TO, input)])
        for step in steps { step.forward() }
        library.run(storeResults, [(DNNL_ARG_FROM, steps[steps.count - 1].output), (DNNL_ARG_TO, resultsMemory)])
        library.wait()
        let notes = stack.notes * stack.heads
        for window in 0..<windows {
            stack.spread(results.pointer + window * notes, into: outputs.pointer + window * layout.outputs)
        }
    }

    func backward() {
        let notes = stack.notes * stack.heads
        for window in 0..<windows {
            stack.gather(
                outputGradients.pointer + window * layout.outputs, into: resultGradients.pointer + window * notes)
        }
        library.run(
            loadGradient, [(DNNL_ARG_FROM, gradientMemory), (DNNL_ARG_TO, steps[steps.count - 1].outputGradient)])
        for step in steps.reversed() { step.backward() }
        library.wait()
    }
}
