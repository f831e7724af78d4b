import Basics
import Networks

/// One layer of a ``DirectNetwork``: activations of a number of windows lie one after the other, [windows][positions]
/// [channels].
protocol DirectLayer: AnyObject {
    /// Floats the layer gives for one window.
    var outputCount: Int { get }
    var parameters: [Parameter] { get }

    func forward(_ input: UnsafeMutablePointer<Float>, into output: UnsafeMutablePointer<Float>, team: ThreadTeam)

    /// Computes the gradients of the layer's parameters and, when `throughInput` holds, puts the gradient of its input
    /// where the input is.
    ///
    /// - Parameter gradient: the loss's derivative by the layer's output.
    func backward(
        _ input: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>, throughInput: Bool, team: ThreadTeam)
}

extension DirectLayer {
    var parameters: [Parameter] { [] }
    var isTrained: Bool { parameters.contains(where: \.isTrained) }
}
