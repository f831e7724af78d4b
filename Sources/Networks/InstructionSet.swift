import Kernels

/// Which of the compiled versions of the hot loops runs on this machine.
public enum InstructionSet {
    /// "x86-64-v4" (AVX-512), "x86-64-v3" (AVX2), or "baseline".
    public static var name: String { String(cString: nk_instruction_set()) }
}
