import Kernels

/// The compiled version of the hot loops that this machine runs.
public enum InstructionSet {
    /// "x86-64-v4" (AVX-512), "x86-64-v3" (AVX2), or "baseline".
    public static var name: String { String(cString: nk_instruction_set()) }
}
